// The user stories on an encrypted SQLite file.
import { suite } from "./suite.js";

suite("sqlite-encrypted");
