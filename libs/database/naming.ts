// Property names in camelCase, columns in snake_case, so that raw SQL needs no quotes on any database.
import { DefaultNamingStrategy } from "typeorm";

const snake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();

export class SnakeCaseNaming extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string | undefined, embeddedPrefixes: string[]): string {
    return embeddedPrefixes.map((prefix) => `${snake(prefix)}_`).join("") + (customName ?? snake(propertyName));
  }
}
