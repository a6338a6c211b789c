package dev.hubbub.server;

import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.StopReason;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// A turn as the AI SDK's UI message stream, version 1.
final class UiStream implements TurnStream.Live {

    static final String PREFIX = "reply_";

    private static final String TEXT_ID = "text";

    private final TurnRef turn;
    private boolean texts;

    UiStream(TurnRef turn) {
        this.turn = turn;
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("x-vercel-ai-ui-message-stream", "v1");
    }

    @Override
    public void begin(Events out) {
        out.data(json -> {
            json.writeStringField("type", "start");
            json.writeStringField("messageId", turn.text(PREFIX));
        });
        out.data(json -> json.writeStringField("type", "start-step"));
    }

    @Override
    public void text(Events out, int from, String text) {
        if (!texts) {
            texts = true;
            textPart(out, "text-start");
        }
        out.data(json -> {
            json.writeStringField("type", "text-delta");
            json.writeStringField("id", TEXT_ID);
            json.writeStringField("delta", text);
        });
    }

    @Override
    public void end(Events out, Message reply) {
        if (texts) {
            textPart(out, "text-end");
        }
        StopReason reason = reply.stopReason();
        if (reason == StopReason.ERROR) {
            String error = reply.error();
            error(out, error == null ? "The reply failed." : error);
        } else if (reason == StopReason.STOPPED) {
            out.data(json -> json.writeStringField("type", "abort"));
        } else {
            out.data(json -> json.writeStringField("type", "finish-step"));
            out.data(json -> {
                json.writeStringField("type", "finish");
                json.writeStringField("finishReason", finishReason(reason));
            });
        }
        out.done();
    }

    @Override
    public void broken(Events out, Fault fault) {
        error(out, fault.detail());
        out.done();
    }

    private static void error(Events out, String sentence) {
        out.data(json -> {
            json.writeStringField("type", "error");
            json.writeStringField("errorText", sentence);
        });
    }

    private static void textPart(Events out, String type) {
        out.data(json -> {
            json.writeStringField("type", type);
            json.writeStringField("id", TEXT_ID);
        });
    }

    private static String finishReason(@Nullable StopReason reason) {
        return switch (reason) {
            case null -> "stop";
            case END, STOPPED -> "stop";
            case LENGTH, BUDGET -> "length";
            case FILTERED -> "content-filter";
            case ERROR -> "error";
        };
    }
}
