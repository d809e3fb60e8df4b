// The door of libs/dto: how what is sent and answered is declared, checked and described in the API's document.
export {
  BoolField,
  DateTimeField,
  EnumField,
  type FieldOptions,
  field,
  IntField,
  JsonField,
  ListField,
  type ListOptions,
  MoneyField,
  NumberField,
  ObjectField,
  TextField,
  UuidField,
} from "./fields.js";
export { IdParam } from "./id-param.js";
export { InputPipe, parseInput } from "./input.pipe.js";
export { jsonFault, MAX_JSON_DEPTH, MAX_JSON_ITEMS } from "./json-limits.js";
export { decodeCursor, encodeCursor, type Page, PageQuery, pageOf, toPage } from "./page.js";
export { ApiProblem, FieldErrorView, ProblemView } from "./problem.view.js";
export { IS_PUBLIC, PUBLIC_EXTENSION, Public } from "./public.js";
export { bool, dateTime, int, json, money, number, oneOf, type Rule, text, uuid } from "./rules.js";
