// The user stories on PostgreSQL.
import { suite } from "./suite.js";

suite("postgres");
