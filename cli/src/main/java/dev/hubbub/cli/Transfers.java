package dev.hubbub.cli;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.transfer.ExportFormat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;

/// One user's chats, to be written to files and taken in from files, wherever they are.
interface Transfers extends AutoCloseable {

    record Named(String id, String name) {}

    /// All there are, archived ones too.
    List<Named> chats();

    /// One chat.
    ///
    /// @throws Failure when there is no such chat
    void export(String id, ExportFormat format, OutputStream out) throws IOException;

    /// All chats as JSON.
    ///
    /// @param progress hears how many are written, where that is known
    void exportAll(OutputStream out, IntConsumer progress) throws IOException;

    /// Takes a file in.
    ///
    /// @return the answer of `POST /api/import`
    JsonNode take(Path file, boolean dryRun, IntConsumer progress) throws IOException;

    @Override
    void close();
}
