package dev.hubbub.store;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Images as files, `images/<hash of the owner>/<hash of the image>`, each as its owner gave it
/// behind a line with its media type.
final class CsvImages {

    private final Path directory;
    private final CsvLog log;

    CsvImages(Path directory, CsvLog log) {
        this.directory = directory;
        this.log = log;
    }

    /// On return it is on stable storage.
    void keep(UserId owner, Image image, byte[] content) throws IOException {
        Path place = of(owner);
        Path file = place.resolve(image.id().value());
        if (Files.exists(file)) {
            return;
        }
        if (!Files.isDirectory(place)) {
            DataDirectory.make(place);
            DataDirectory.sync(directory);
        }
        byte[] head = (image.mediaType() + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + content.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        log.replace(file, all);
    }

    @Nullable Picture image(UserId owner, ImageId id) throws IOException {
        try {
            byte[] all = Files.readAllBytes(of(owner).resolve(id.value()));
            int head = 0;
            while (head < all.length && all[head] != '\n') {
                head++;
            }
            String type = new String(all, 0, head, StandardCharsets.US_ASCII);
            byte[] content = new byte[Math.max(0, all.length - head - 1)];
            System.arraycopy(all, head + 1, content, 0, content.length);
            return new Picture(new Image(id, type), content);
        } catch (NoSuchFileException _) {
            return null;
        } catch (IllegalArgumentException | IndexOutOfBoundsException damaged) {
            throw new IOException("the image " + id + " is damaged", damaged);
        }
    }

    /// Looks at each of the owner's files.
    long bytes(UserId owner) throws IOException {
        Path place = of(owner);
        if (!Files.isDirectory(place)) {
            return 0;
        }
        long bytes = 0;
        try (Stream<Path> files = Files.list(place)) {
            for (Path file : files.toList()) {
                if (ImageId.isValid(file.getFileName().toString())) {
                    Picture picture = image(owner, new ImageId(file.getFileName().toString()));
                    bytes += picture == null ? 0 : picture.content().length;
                }
            }
        }
        return bytes;
    }

    private Path of(UserId owner) {
        return directory.resolve(CsvStore.hash(owner.value()));
    }
}
