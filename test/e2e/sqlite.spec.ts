// The user stories on a plain SQLite file.
import { suite } from "./suite.js";

suite("sqlite");
