package dev.hubbub.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The floor under every store: bytes appended to a file, and a wait until the disk has them.
final class RawFile implements AutoCloseable {

    private final FileChannel file;

    RawFile(Path path) throws IOException {
        file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND);
    }

    /// Appends the record as often as that, and forces all of it at once.
    void append(byte[] record, int times) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(record.length * times);
        for (int i = 0; i < times; i++) {
            bytes.put(record);
        }
        bytes.flip();
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
        file.force(false);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
