package dev.hubbub.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;

/// Takes a file of conversations in: Hubbub's own, and those of ChatGPT, Claude, Open WebUI and
/// LibreChat, recognised by their content, as JSON or in a zip, and CSV. Blocks; holds one
/// conversation at a time.
///
/// What cannot be understood is told with its place, and the rest is taken in. The same file twice
/// adds nothing the second time.
public final class Importer {

    private static final int FIELD_NAME_CHARS_MAX = 1_000;
    private static final int NUMBER_CHARS_MAX = 100;

    private final Engine engine;
    private final UserId user;
    private final ImportLimits limits;
    private final JsonFactory json;

    public Importer(Engine engine, UserId user, ImportLimits limits) {
        this.engine = engine;
        this.user = user;
        this.limits = limits;
        json =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(limits.depthMax())
                                        .maxStringLength(limits.textCharsMax())
                                        .maxNameLength(FIELD_NAME_CHARS_MAX)
                                        .maxNumberLength(NUMBER_CHARS_MAX)
                                        .build())
                        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                        .build();
    }

    /// Takes a file in.
    ///
    /// @throws ImportException when it is of no kind that is known
    /// @throws dev.hubbub.conversation.StoreException when the store fails; what was taken in
    ///   before is kept, and importing again takes in the rest
    public ImportReport run(Path file, ImportOptions options) throws IOException {
        var report = new ImportReport(limits.problemsMax());
        var intake = new Intake(engine, user, limits, options, report);
        if (isZip(file)) {
            try (var archive = new Archive(file, limits)) {
                read(archive, intake, options);
            }
        } else {
            try (InputStream in = Files.newInputStream(file)) {
                read(in, intake, options, reader(intake, _ -> null));
            }
        }
        return report;
    }

    static ImportException unknown() {
        return new ImportException(
                "This is no file that can be imported: an export of Hubbub, ChatGPT, Claude, Open"
                        + " WebUI or LibreChat, as JSON or zip, or a CSV file of chats.");
    }

    /// Throws where a file ends in the middle of something.
    static void requireMore(JsonParser json) throws IOException {
        if (json.currentToken() == null) {
            throw new JsonEOFException(json, null, "the file ends in the middle");
        }
    }

    private ForeignReader reader(Intake intake, ForeignReader.Files files) {
        return new ForeignReader(intake, engine.config().limits().replyCharsMax(), files);
    }

    private static boolean isZip(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(4);
            return start.length == 4 && start[0] == 'P' && start[1] == 'K' && start[2] < 9;
        }
    }

    private void read(Archive archive, Intake intake, ImportOptions options) throws IOException {
        if (archive.has("hubbub-backup.json")) {
            throw new ImportException(
                    "This is a backup of a whole store; bring it back with hubbub restore.");
        }
        List<ZipEntry> files = archive.conversations();
        if (files.isEmpty()) {
            throw unknown();
        }
        int known = 0;
        for (ZipEntry file : files) {
            try (InputStream in = archive.open(file)) {
                read(in, intake, options, reader(intake, archive::find));
                known++;
            } catch (ImportException other) {
                if (files.size() == 1) {
                    throw other;
                }
                intake.problem(Titles.clean(file.getName(), 200), other.getMessage());
            } catch (Archive.TooLarge beyond) {
                intake.problem(
                        "the zip", "It unpacks to more than may be read; the rest is left out.");
                return;
            }
        }
        if (known == 0) {
            throw unknown();
        }
    }

    private void read(InputStream in, Intake intake, ImportOptions options, ForeignReader foreign)
            throws IOException {
        var text = new BufferedInputStream(in, 1 << 16);
        int first = firstCharacter(text);
        if (first == '{' || first == '[') {
            readJson(text, intake, foreign);
        } else if (first < 0) {
            throw unknown();
        } else {
            var decoder =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPLACE)
                            .onUnmappableCharacter(CodingErrorAction.REPLACE);
            new CsvChats(limits, options, foreign)
                    .read(new BufferedReader(new InputStreamReader(text, decoder)));
        }
    }

    /// What a text begins with, behind blanks and the mark of its encoding, which is taken away.
    private static int firstCharacter(BufferedInputStream text) throws IOException {
        text.mark(3);
        byte[] start = text.readNBytes(3);
        boolean marked =
                start.length == 3
                        && start[0] == (byte) 0xef
                        && start[1] == (byte) 0xbb
                        && start[2] == (byte) 0xbf;
        if (!marked) {
            text.reset();
        }
        text.mark(1 << 15);
        int next = text.read();
        for (int i = 1; i < 1 << 15 && next >= 0 && next <= ' '; i++) {
            next = text.read();
        }
        text.reset();
        return next;
    }

    private void readJson(InputStream in, Intake intake, ForeignReader foreign) throws IOException {
        try (JsonParser parser = json.createParser(in)) {
            try {
                if (parser.nextToken() == JsonToken.START_ARRAY) {
                    readList(parser, intake, foreign);
                } else {
                    readObject(parser, intake, foreign);
                }
            } catch (StreamConstraintsException beyond) {
                intake.problem(
                        at(parser),
                        "It is nested too deeply, or has a text that is too long; nothing after"
                                + " this was read.");
            } catch (JsonProcessingException malformed) {
                String said = String.valueOf(malformed.getOriginalMessage());
                intake.problem(
                        at(parser),
                        "This is not valid JSON; nothing after it was read: "
                                + Titles.clean(said.lines().findFirst().orElse(""), 200)
                                + ".");
            }
        }
    }

    private void readList(JsonParser parser, Intake intake, ForeignReader foreign)
            throws IOException {
        int number = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            requireMore(parser);
            String where = "conversation " + ++number;
            try {
                JsonNode chat = Trees.read(parser, limits.chatCharsMax());
                if (!foreign.take(chat, where)) {
                    intake.problem(where, "It is no conversation of a kind that is known.");
                }
            } catch (Trees.Unusable unusable) {
                intake.problem(where, unusable.sentence());
            }
        }
    }

    private void readObject(JsonParser parser, Intake intake, ForeignReader foreign)
            throws IOException {
        if (parser.nextToken() != JsonToken.FIELD_NAME) {
            throw unknown();
        }
        if (parser.currentName().equals("format")) {
            new OwnChats(parser, limits, intake).read();
            return;
        }
        try {
            if (!foreign.take(Trees.rest(parser, limits.chatCharsMax()), "the conversation")) {
                throw unknown();
            }
        } catch (Trees.Unusable unusable) {
            intake.problem("the conversation", unusable.sentence());
        }
    }

    private static String at(JsonParser parser) {
        var location = parser.currentLocation();
        return "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
