package dev.hubbub.store;

import dev.hubbub.conversation.Attempt;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/// What few messages have, in the column `attempts`: a line for each, null when there is none. The
/// column is before the text, so that reading it does not read through a long one.
///
/// An attempt is `model offset`; where something is known of its end, a tab, `input output cost` or
/// nothing, a tab, and its fault follow, each fault begun with `!`. A line that begins with a tab
/// is `cost` or `image`, a tab, and the value, which a model's name cannot be taken for.
record MessageExtras(long costNanos, List<Attempt> attempts, List<Image> images) {

    private static final MessageExtras NONE = new MessageExtras(0, List.of(), List.of());

    static @Nullable String encode(Message message) {
        Usage usage = message.usage();
        long cost = usage == null ? 0 : usage.costNanos();
        if (cost == 0 && message.attempts().isEmpty() && message.images().isEmpty()) {
            return null;
        }
        var lines = new StringJoiner("\n");
        for (Attempt attempt : message.attempts()) {
            lines.add(line(attempt));
        }
        if (cost > 0) {
            lines.add("\tcost\t" + cost);
        }
        for (Image image : message.images()) {
            lines.add("\timage\t" + image.id().value() + " " + image.mediaType());
        }
        return lines.toString();
    }

    /// @throws SQLException when the text is not what [#encode] writes
    static MessageExtras decode(@Nullable String lines) throws SQLException {
        if (lines == null) {
            return NONE;
        }
        long cost = 0;
        var attempts = new ArrayList<Attempt>();
        var images = new ArrayList<Image>();
        try {
            for (String line : lines.split("\n", -1)) {
                String[] fields = line.split("\t", -1);
                if (!fields[0].isEmpty()) {
                    attempts.add(attempt(fields));
                } else if (fields[1].equals("cost")) {
                    cost = Long.parseLong(fields[2]);
                } else {
                    String[] image = fields[2].split(" ", 2);
                    images.add(new Image(new ImageId(image[0]), image[1]));
                }
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException fault) {
            throw new SQLException("a message is damaged", fault);
        }
        return new MessageExtras(cost, attempts, images);
    }

    private static String line(Attempt attempt) {
        String line = attempt.model().value() + " " + attempt.fromChar();
        Usage usage = attempt.usage();
        String fault = attempt.fault();
        if (usage == null && fault == null) {
            return line;
        }
        String used =
                usage == null
                        ? ""
                        : usage.inputTokens()
                                + " "
                                + usage.outputTokens()
                                + " "
                                + usage.costNanos();
        return line + "\t" + used + "\t" + (fault == null ? "" : "!" + escaped(fault));
    }

    private static Attempt attempt(String[] fields) {
        int blank = fields[0].indexOf(' ');
        var model = new ModelId(fields[0].substring(0, blank));
        int fromChar = Integer.parseInt(fields[0].substring(blank + 1));
        if (fields.length == 1) {
            return new Attempt(model, fromChar);
        }
        Usage usage = null;
        if (!fields[1].isEmpty()) {
            String[] used = fields[1].split(" ", 3);
            usage =
                    new Usage(
                            Long.parseLong(used[0]),
                            Long.parseLong(used[1]),
                            Long.parseLong(used[2]));
        }
        String fault = fields[2].isEmpty() ? null : fields[2].substring(1).translateEscapes();
        return new Attempt(model, fromChar, usage, fault);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
    }
}
