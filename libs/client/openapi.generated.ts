// Generated out of docs/openapi.json by apps/api/write-openapi.ts; do not edit.
export interface paths {
    "/api/v1/instance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["Instance.instance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["Operations.live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["Operations.ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["Operations.metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        CheckView: {
            ok: boolean;
            durationMs: number;
            /** @description Why it is not ok. */
            reason?: string;
        };
        FieldErrorView: {
            /**
             * @description Dotted path of the field; empty for the body as a whole.
             * @example params.temperature
             */
            path: string;
            /** @example must be at most 2 */
            message: string;
        };
        /** @description An error as OpenAI-compatible clients read it. */
        GatewayError: {
            error: {
                message: string;
                type: string;
                /** @description The HTTP status. */
                code: number;
                param: string | null;
                metadata?: {
                    [key: string]: unknown;
                };
            };
        };
        InstanceView: {
            /**
             * @description Who may register. The very first account always may.
             * @enum {string}
             */
            registration: "open" | "invite" | "closed";
            /** @description False: the first account to register will own the instance. */
            hasAccounts: boolean;
            /** @description True: answers come from the bundled simulator, not from a real provider. */
            demo: boolean;
            /** @example 0.1.0 */
            version: string;
        };
        LiveView: {
            /** @enum {string} */
            status: "live";
        };
        ProblemView: {
            /** Format: uri-reference */
            type: string;
            title: string;
            status: number;
            detail: string;
            /**
             * @description Stable, for programs.
             * @example not_found
             */
            code: string;
            /** @description Equals the x-request-id header. */
            requestId: string;
            /** Format: uri-reference */
            instance?: string;
            /** @description Every wrong field, on 400 and 422. */
            errors?: components["schemas"][];
            /** @description Facts that belong to the code. */
            details?: {
                [key: string]: unknown;
            };
        };
        ReadinessView: {
            /** @enum {string} */
            status: "ready" | "unavailable" | "stopping";
            /** @description Names of the parts that are down. */
            down: string[];
            /** @description By part: database, migrations, redis, worker. */
            checks: {
                [key: string]: components["schemas"]["CheckView"];
            };
        };
    };
    responses: never;
    parameters: {
        /** @description Any text of your own, new for each intent. A repeat with the same key and body gets the first answer. */
        IdempotencyKey: string;
    };
    requestBodies: never;
    headers: {
        /** @description The id of this request, for the operator and in every log line. */
        RequestId: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "Instance.instance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstanceView"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemView"];
                };
            };
            /** @description A fault of the server. */
            500: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemView"];
                };
            };
            /** @description A part of the service is down; see `Retry-After`. */
            503: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemView"];
                };
            };
        };
    };
    "Operations.live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveView"];
                };
            };
        };
    };
    "Operations.ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadinessView"];
                };
            };
            /** @description A part is down, or the process is stopping. */
            503: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadinessView"];
                };
            };
        };
    };
    "Operations.metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Metrics. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description No credentials, or ones that do not hold. */
            401: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemView"];
                };
            };
        };
    };
}
