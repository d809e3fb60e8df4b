// Where the REST API lives. There is no global prefix: every controller writes its whole path with these.

/** `@Controller(`${API}/auth`)` */
export const API = "api/v1";
/** Everything of one workspace: `@Controller(`${WORKSPACE}/conversations`)`, with `@IdParam("ws")`. */
export const WORKSPACE = `${API}/workspaces/:ws`;
