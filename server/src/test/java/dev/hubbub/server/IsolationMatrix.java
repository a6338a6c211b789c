package dev.hubbub.server;

import java.util.List;

/// Every route and every command of the socket, with what its owner gets and who else may ask. See
/// [IsolationTest].
final class IsolationMatrix {

    private IsolationMatrix() {}

    /// Who may ask a route.
    enum For {
        /// Its owner; it is unknown to others.
        OWNER,
        /// The owner of something that the body names; what asks for it is refused as wrong.
        OWNER_OF_PART,
        /// Every user, each for what is theirs.
        USERS,
        /// Everybody, since it tells nothing of anybody.
        ALL,
        /// Everybody who was given the link, for what its owner shares and no more.
        LINK,
        /// Who has the issuer's key.
        ISSUER
    }

    /// @param path with `{chat}`, `{message}`, `{image}`, `{prompt}`, `{share}` and `{response}`
    ///   for the owner's, and `{mine}` for a chat of whoever asks
    /// @param status that the owner gets
    record Row(String route, String path, String body, int status, For whom) {

        /// Whether it is answered without a token.
        boolean isOpen() {
            return whom == For.ALL || whom == For.LINK;
        }

        String method() {
            return route.substring(0, route.indexOf(' '));
        }

        @Override
        public String toString() {
            return method() + " " + path + " " + body;
        }
    }

    private static final String UI_MESSAGE =
            "{'trigger':'submit-message','messages':[{'id':'m1','role':'user',"
                    + "'parts':[{'type':'text','text':'hello'}]}]}";

    private static final String UI_CHAT = "{'id':'{chat}'," + UI_MESSAGE.substring(1);

    static final List<Row> ROUTES =
            List.of(
                    row("GET /api/chats", "/api/chats", "", 200, For.USERS),
                    row("POST /api/chats", "/api/chats", "{}", 201, For.USERS),
                    row(
                            "POST /api/chats",
                            "/api/chats",
                            "{'starting_head':'{message}'}",
                            201,
                            For.OWNER),
                    row("GET /api/settings", "/api/settings", "", 200, For.USERS),
                    row("PUT /api/settings", "/api/settings", "{'theme':'dark'}", 200, For.USERS),
                    row("GET /api/prompts", "/api/prompts", "", 200, For.USERS),
                    row(
                            "POST /api/prompts",
                            "/api/prompts",
                            "{'title':'Sum','content':'Sum up'}",
                            201,
                            For.USERS),
                    row("GET /api/prompts/{id}", "/api/prompts/{prompt}", "", 200, For.OWNER),
                    row(
                            "PUT /api/prompts/{id}",
                            "/api/prompts/{prompt}",
                            "{'title':'Taken over'}",
                            200,
                            For.OWNER),
                    row("DELETE /api/prompts/{id}", "/api/prompts/{prompt}", "", 200, For.OWNER),
                    row("GET /api/folders", "/api/folders", "", 200, For.USERS),
                    row("GET /api/search", "/api/search?q=hello", "", 200, For.USERS),
                    row(
                            "GET /api/chats/{id}/messages",
                            "/api/chats/{mine}/messages?around={message}",
                            "",
                            200,
                            For.OWNER),
                    row("GET /api/chats/{id}", "/api/chats/{chat}", "", 200, For.OWNER),
                    row(
                            "PUT /api/chats/{id}",
                            "/api/chats/{chat}",
                            "{'name':'Taken over'}",
                            200,
                            For.OWNER),
                    row("DELETE /api/chats/{id}", "/api/chats/{chat}", "", 200, For.OWNER),
                    row(
                            "GET /api/chats/{id}/messages",
                            "/api/chats/{chat}/messages",
                            "",
                            200,
                            For.OWNER),
                    row(
                            "GET /api/chats/{id}/messages",
                            "/api/chats/{mine}/messages?before={message}",
                            "",
                            200,
                            For.OWNER),
                    row(
                            "POST /api/chats/{id}/messages",
                            "/api/chats/{chat}/messages",
                            "{'content':'hello'}",
                            202,
                            For.OWNER),
                    row(
                            "POST /api/chats/{id}/messages",
                            "/api/chats/{mine}/messages",
                            "{'content':'hello','parent':'{message}'}",
                            202,
                            For.OWNER),
                    row(
                            "POST /api/chats/{id}/generate",
                            "/api/chats/{chat}/generate",
                            "{'message_id':'{message}'}",
                            202,
                            For.OWNER),
                    row(
                            "POST /api/chats/{id}/generate",
                            "/api/chats/{mine}/generate",
                            "{'message_id':'{message}'}",
                            202,
                            For.OWNER),
                    row("POST /api/chats/{id}/stop", "/api/chats/{chat}/stop", "", 200, For.OWNER),
                    row(
                            "POST /api/chats/{id}/head",
                            "/api/chats/{chat}/head",
                            "{'message_id':'{message}'}",
                            200,
                            For.OWNER),
                    row(
                            "POST /api/chats/{id}/head",
                            "/api/chats/{mine}/head",
                            "{'message_id':'{message}'}",
                            200,
                            For.OWNER),
                    row(
                            "POST /api/chats/{id}/clear",
                            "/api/chats/{chat}/clear",
                            "",
                            200,
                            For.OWNER),
                    row(
                            "GET /api/chats/{id}/children",
                            "/api/chats/{chat}/children",
                            "",
                            200,
                            For.OWNER),
                    row(
                            "GET /api/chats/{id}/events",
                            "/api/chats/{chat}/events",
                            "",
                            200,
                            For.OWNER),
                    row("GET /api/messages", "/api/messages", "", 200, For.USERS),
                    row("GET /api/messages", "/api/messages?chat_id={chat}", "", 200, For.OWNER),
                    row("GET /api/messages/{id}", "/api/messages/{message}", "", 200, For.OWNER),
                    row("GET /api/models", "/api/models", "", 200, For.USERS),
                    row("POST /chat", "/chat", "{'message':'hello'}", 200, For.USERS),
                    row(
                            "POST /chat",
                            "/chat?wait=1",
                            "{'message':'hello','conversationId':'{chat}'}",
                            200,
                            For.OWNER),
                    row("GET /chat/{id}", "/chat/{chat}", "", 200, For.OWNER),
                    row(
                            "POST /api/chats/{id}/messages",
                            "/api/chats/{mine}/messages",
                            "{'content':'hello','images':['{image}']}",
                            202,
                            For.OWNER_OF_PART),
                    row(
                            "POST /api/chats/{id}/compare",
                            "/api/chats/{chat}/compare",
                            "{'content':'hello','models':['echo','puppet']}",
                            202,
                            For.OWNER),
                    row(
                            "GET /api/chats/{id}/compare",
                            "/api/chats/{chat}/compare?message_id={message}",
                            "",
                            200,
                            For.OWNER),
                    // A message that is not there was not compared.
                    row(
                            "GET /api/chats/{id}/compare",
                            "/api/chats/{mine}/compare?message_id={message}",
                            "",
                            200,
                            For.USERS),
                    row(
                            "POST /api/chats/{id}/shares",
                            "/api/chats/{chat}/shares",
                            "",
                            201,
                            For.OWNER),
                    row(
                            "POST /api/chats/{id}/shares",
                            "/api/chats/{mine}/shares",
                            "{'message_id':'{message}'}",
                            201,
                            For.OWNER),
                    row("GET /api/shares", "/api/shares", "", 200, For.USERS),
                    row("GET /api/shares", "/api/shares?chat_id={chat}", "", 200, For.OWNER),
                    row("DELETE /api/shares/{id}", "/api/shares/{share}", "", 200, For.OWNER),
                    row("GET /api/shared/{id}", "/api/shared/{share}", "", 200, For.LINK),
                    row(
                            "GET /api/shared/{id}/images/{image}",
                            "/api/shared/{share}/images/{image}",
                            "",
                            200,
                            For.LINK),
                    row("GET /api/usage", "/api/usage", "", 200, For.USERS),
                    row(
                            "GET /api/chats/{id}/export",
                            "/api/chats/{chat}/export",
                            "",
                            200,
                            For.OWNER),
                    row("GET /api/export", "/api/export", "", 200, For.USERS),
                    row(
                            "POST /api/import",
                            "/api/import",
                            "{'format':'hubbub','version':1,'chats':[]}",
                            200,
                            For.USERS),
                    row("POST /api/images", "/api/images", "GIF89a", 201, For.USERS),
                    row("GET /api/images/{id}", "/api/images/{image}", "", 200, For.OWNER),
                    row("GET /v1/models", "/v1/models", "", 200, For.USERS),
                    row("GET /v1/models/{id...}", "/v1/models/echo", "", 200, For.USERS),
                    row(
                            "POST /v1/chat/completions",
                            "/v1/chat/completions",
                            "{'model':'echo','messages':[{'role':'user','content':'hello'}]}",
                            200,
                            For.USERS),
                    row(
                            "POST /v1/responses",
                            "/v1/responses",
                            "{'model':'echo','input':'hello'}",
                            200,
                            For.USERS),
                    row(
                            "POST /v1/responses",
                            "/v1/responses",
                            "{'model':'echo','input':'hello','conversation':'{chat}'}",
                            200,
                            For.OWNER),
                    row(
                            "POST /v1/responses",
                            "/v1/responses",
                            "{'model':'echo','input':'hello','previous_response_id':'{response}'}",
                            200,
                            For.OWNER),
                    row("GET /v1/responses/{id}", "/v1/responses/{response}", "", 200, For.OWNER),
                    row(
                            "GET /v1/responses/{id}",
                            "/v1/responses/{response}?stream=true",
                            "",
                            200,
                            For.OWNER),
                    row(
                            "DELETE /v1/responses/{id}",
                            "/v1/responses/{response}",
                            "",
                            200,
                            For.OWNER),
                    row(
                            "POST /v1/responses/{id}/cancel",
                            "/v1/responses/{response}/cancel",
                            "",
                            200,
                            For.OWNER),
                    row(
                            "GET /v1/responses/{id}/input_items",
                            "/v1/responses/{response}/input_items",
                            "",
                            200,
                            For.OWNER),
                    row(
                            "POST /api/chats/{id}/ui",
                            "/api/chats/{chat}/ui",
                            UI_MESSAGE,
                            200,
                            For.OWNER),
                    row("POST /api/chat", "/api/chat", UI_CHAT, 200, For.OWNER),
                    // Nothing to go on with, be there such a chat or not.
                    row(
                            "GET /api/chats/{id}/ui/stream",
                            "/api/chats/{chat}/ui/stream",
                            "",
                            204,
                            For.USERS),
                    row("GET /api/chat/{id}/stream", "/api/chat/{chat}/stream", "", 204, For.USERS),
                    row("GET /openapi.json", "/openapi.json", "", 200, For.ALL),
                    row("GET /docs", "/docs", "", 200, For.ALL),
                    row("GET /health", "/health", "", 200, For.ALL),
                    row("GET /health/ready", "/health/ready", "", 200, For.ALL),
                    row("GET /health/live", "/health/live", "", 200, For.ALL),
                    row("POST /token", "/token?userid=alice", "", 401, For.ISSUER),
                    row("GET /ws", "/ws", "", 426, For.USERS));

    /// @param type of the answer that the owner gets
    record Command(String json, String type, For whom) {

        String name() {
            return json.substring(9, json.indexOf('\'', 9));
        }

        @Override
        public String toString() {
            return json;
        }
    }

    static final List<Command> COMMANDS =
            List.of(
                    new Command("{'type':'list_chats'}", "chats_update", For.USERS),
                    new Command("{'type':'create_chat'}", "chat_created", For.USERS),
                    new Command(
                            "{'type':'create_chat','starting_head':'{message}'}",
                            "chat_created",
                            For.OWNER),
                    owners("switch_chat", "", "messages_updated"),
                    owners("rename_chat", ",'name':'Taken over'", "chat_renamed"),
                    owners("update_chat", ",'icon':'x'", "chat_updated"),
                    owners("mark_seen", "", "chat_seen"),
                    owners("delete_chat", "", "chat_deleted"),
                    owners("send_message", ",'content':'hello'", "messages_updated"),
                    new Command(
                            "{'type':'send_message','chat_id':'{mine}','content':'hello','parent':'{message}'}",
                            "messages_updated",
                            For.OWNER),
                    owners(
                            "generate_llm_response",
                            ",'message_id':'{message}'",
                            "messages_updated"),
                    new Command(
                            "{'type':'generate_llm_response','chat_id':'{mine}','message_id':'{message}'}",
                            "messages_updated",
                            For.OWNER),
                    owners("stop_generation", "", "messages_updated"),
                    owners("move_head", ",'message_id':'{message}'", "messages_updated"),
                    new Command(
                            "{'type':'move_head','chat_id':'{mine}','message_id':'{message}'}",
                            "messages_updated",
                            For.OWNER),
                    owners("clear_chat", "", "chat_cleared"),
                    new Command("{'type':'list_models'}", "models_list", For.USERS),
                    new Command(
                            "{'type':'get_message','message_id':'{message}'}",
                            "message",
                            For.OWNER),
                    new Command("{'type':'get_head'}", "head", For.USERS),
                    owners("get_messages", "", "messages"),
                    new Command(
                            "{'type':'get_messages','chat_id':'{mine}','before':'{message}'}",
                            "messages",
                            For.OWNER),
                    new Command(
                            "{'type':'message','content':'hello','conversation_id':'{chat}'}",
                            "response",
                            For.OWNER),
                    new Command(
                            "{'type':'join','data':{'streamName':'conversation','groupId':'{chat}','subscriptionId':'s'}}",
                            "joined",
                            For.OWNER),
                    new Command(
                            "{'type':'leave','data':{'streamName':'conversation','groupId':'{chat}','subscriptionId':'s'}}",
                            "left",
                            For.USERS),
                    owners("watch", "", "watching"),
                    new Command("{'type':'unwatch','chat_id':'{chat}'}", "unwatched", For.USERS),
                    new Command(
                            "{'type':'authenticate','token':'{token}'}",
                            "authenticated",
                            For.OWNER));

    private static Row row(String route, String path, String body, int status, For whom) {
        return new Row(route, path, body.replace('\'', '"'), status, whom);
    }

    private static Command owners(String name, String more, String type) {
        return new Command(
                "{'type':'" + name + "','chat_id':'{chat}'" + more + "}", type, For.OWNER);
    }
}
