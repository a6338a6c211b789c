package dev.hubbub.server;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds the conversation that a client goes on with, when all that it sends is the history so far.
/// Remembers, of the latest replies given to such clients, which history they ended and where that
/// is. What is forgotten, or was said on another node, is not found: then the history is taken in
/// anew, which costs room and nothing else. Safe for use by many threads.
final class Recollection {

    private final Map<Print, Place> places;

    /// @param placesMax replies remembered
    Recollection(int placesMax) {
        places =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Print, Place> eldest) {
                        return size() > placesMax;
                    }
                };
    }

    /// Half of a SHA-256 of a whole history and of whose it is.
    record Print(long a, long b) {}

    /// A reply, and a conversation it stands in.
    record Place(ConversationId chat, MessageId reply) {}

    /// The longest beginning of a history that is known.
    ///
    /// @param lines how many lines that is
    record Found(Place place, int lines) {}

    /// One print for each beginning of a history, the shortest first.
    private static List<Print> prints(UserId user, Transcript history) {
        var prints = new ArrayList<Print>();
        MessageDigest sha256 = sha256();
        String system = history.system() == null ? "" : history.system();
        sha256.update(user.value().getBytes(StandardCharsets.US_ASCII));
        sha256.update((byte) 0);
        byte[] print = sha256.digest(system.getBytes(StandardCharsets.UTF_8));
        for (Transcript.Line line : history.lines()) {
            sha256.update(print);
            sha256.update((byte) line.role().wire().charAt(0));
            sha256.update((byte) line.pictures().size());
            line.images()
                    .forEach(image ->
                            sha256.update(image.id().value().getBytes(StandardCharsets.US_ASCII)));
            print = sha256.digest(line.text().getBytes(StandardCharsets.UTF_8));
            ByteBuffer bytes = ByteBuffer.wrap(print);
            prints.add(new Print(bytes.getLong(), bytes.getLong()));
        }
        return prints;
    }

    @Nullable Found find(UserId user, Transcript history) {
        int replied = history.replied();
        if (replied == 0) {
            return null;
        }
        List<Print> prints = prints(user, history);
        synchronized (places) {
            for (int lines = replied; lines > 0; lines--) {
                Place place = places.get(prints.get(lines - 1));
                if (place != null) {
                    return new Found(place, lines);
                }
            }
        }
        return null;
    }

    /// Remembers a history that ends with a reply.
    void keep(UserId user, Transcript history, Place place) {
        Print whole = prints(user, history).getLast();
        synchronized (places) {
            places.put(whole, place);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
