package dev.hubbub.server;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// What clients of OpenAI's protocols may ask for beside the text. Refused is what would give
/// another answer than the client can use; what only shapes how a model chooses its words is the
/// configuration's here, and is ignored once it makes sense.
final class OpenAiParameters {

    /// The least and the greatest of the numbers that are ignored.
    private static final Map<String, double[]> IGNORED =
            Map.of(
                    "temperature", new double[] {0, 2},
                    "top_p", new double[] {0, 1},
                    "presence_penalty", new double[] {-2, 2},
                    "frequency_penalty", new double[] {-2, 2},
                    "max_tokens", new double[] {1, Integer.MAX_VALUE},
                    "max_completion_tokens", new double[] {1, Integer.MAX_VALUE},
                    "max_output_tokens", new double[] {1, Integer.MAX_VALUE});

    private OpenAiParameters() {}

    /// Refuses what cannot be done.
    static void require(Fields body) {
        for (var ignored : IGNORED.entrySet()) {
            number(body, ignored.getKey(), ignored.getValue());
        }
        for (String list :
                new String[] {"tools", "functions", "stop", "audio", "web_search_options"}) {
            JsonNode value = body.value(list);
            if (value != null && !(value.isContainerNode() && value.isEmpty())) {
                throw unsupported(list, "is not offered here; leave it out");
            }
        }
        JsonNode n = body.value("n");
        if (n != null && n.asInt() != 1) {
            throw unsupported("n", "is 1 here; ask several times for several answers");
        }
        JsonNode logprobs = body.value("logprobs");
        JsonNode top = body.value("top_logprobs");
        if ((logprobs != null && logprobs.asBoolean()) || (top != null && top.asInt() != 0)) {
            throw unsupported("logprobs", "are not offered here; leave them out");
        }
        text(body.value("response_format"), "response_format");
        text(body.object("text").value("format"), "text");
        JsonNode modalities = body.value("modalities");
        if (modalities != null
                && !(modalities.size() == 1 && modalities.path(0).asText().equals("text"))) {
            throw unsupported("modalities", "is [\"text\"] here");
        }
        if (body.value("prompt") != null) {
            throw unsupported("prompt", "is not offered here; send the text itself");
        }
    }

    private static void text(@Nullable JsonNode format, String name) {
        if (format != null && !format.path("type").asText().equals("text")) {
            throw unsupported(name, "is of type text here; say in the prompt what is wanted");
        }
    }

    private static void number(Fields body, String name, double[] range) {
        JsonNode value = body.value(name);
        if (value != null
                && !(value.isNumber()
                        && value.doubleValue() >= range[0]
                        && value.doubleValue() <= range[1])) {
            String to = range[1] == Integer.MAX_VALUE ? "up" : "to %.0f".formatted(range[1]);
            throw Fault.badField("`%s` is a number from %.0f %s.".formatted(name, range[0], to))
                    .exception();
        }
    }

    private static FaultException unsupported(String name, String what) {
        return new Fault(400, "unsupported_parameter", "`" + name + "` " + what + ".").exception();
    }
}
