package dev.hubbub.transfer;

import com.fasterxml.jackson.core.JsonGenerator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What an import did, or would do.
public final class ImportReport {

    private final int problemsMax;
    private final List<Problem> problems = new ArrayList<>();
    private int problemsMore;

    int chatsAdded;
    int chatsUnchanged;
    int chatsUpdated;
    int messagesAdded;
    int messagesUnchanged;
    int imagesAdded;
    int imagesUnchanged;

    ImportReport(int problemsMax) {
        this.problemsMax = problemsMax;
    }

    /// Something that could not be taken in, or not as it was. The rest was.
    public record Problem(String where, String detail) {}

    void problem(String where, String detail) {
        if (problems.size() < problemsMax) {
            problems.add(new Problem(where, detail));
        } else {
            problemsMore++;
        }
    }

    public int chatsAdded() {
        return chatsAdded;
    }

    public int chatsUnchanged() {
        return chatsUnchanged;
    }

    /// Conversations that were there and got messages that they did not have.
    public int chatsUpdated() {
        return chatsUpdated;
    }

    public int messagesAdded() {
        return messagesAdded;
    }

    public int messagesUnchanged() {
        return messagesUnchanged;
    }

    public int imagesAdded() {
        return imagesAdded;
    }

    public int imagesUnchanged() {
        return imagesUnchanged;
    }

    /// The first of them; one more says how many others there were.
    public List<Problem> problems() {
        var all = new ArrayList<Problem>(problems);
        if (problemsMore > 0) {
            all.add(new Problem("the file", "There were " + problemsMore + " more problems."));
        }
        return List.copyOf(all);
    }

    /// Writes the fields of the protocol's answer.
    public void write(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("chats");
        json.writeNumberField("added", chatsAdded);
        json.writeNumberField("unchanged", chatsUnchanged);
        json.writeNumberField("updated", chatsUpdated);
        json.writeEndObject();
        json.writeObjectFieldStart("messages");
        json.writeNumberField("added", messagesAdded);
        json.writeNumberField("unchanged", messagesUnchanged);
        json.writeEndObject();
        json.writeObjectFieldStart("images");
        json.writeNumberField("added", imagesAdded);
        json.writeNumberField("unchanged", imagesUnchanged);
        json.writeEndObject();
        json.writeArrayFieldStart("problems");
        for (Problem problem : problems()) {
            json.writeStartObject();
            json.writeStringField("where", problem.where());
            json.writeStringField("detail", problem.detail());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
