package dev.hubbub.cli;

import dev.hubbub.server.Access;
import dev.hubbub.server.Secret;
import dev.hubbub.server.TokenConfig;
import dev.hubbub.server.Tokens;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Who may use a server: the section `hubbub.auth`. The files of keys are relative to the data
/// directory, and read or made only when a key is wanted.
record AuthSettings(
        Mode mode,
        OpenTo openTo,
        Duration expiry,
        Duration skewMax,
        String issuer,
        String audience,
        String keyFile,
        List<String> previousKeyFiles,
        String issuerKeyFile) {

    static final String ISSUER_KEY = "HUBBUB_ISSUER_KEY";

    private static final int ISSUER_KEY_CHARS_MIN = 16;

    enum Mode {
        NONE,
        TOKENS;

        static Mode parse(String text) {
            for (Mode mode : values()) {
                if (mode.name().equalsIgnoreCase(text)) {
                    return mode;
                }
            }
            throw Failure.usage(
                    "There is no way '%s' to tell users apart; --auth is none or tokens."
                            .formatted(text));
        }
    }

    /// Whom `POST /token` serves that does not show the issuer's key.
    enum OpenTo {
        LOOPBACK,
        NOBODY
    }

    static AuthSettings of(SettingsReader reader) {
        String auth = "hubbub.auth.";
        return new AuthSettings(
                reader.choice(auth + "mode", List.of(Mode.values()), Mode::name),
                reader.choice(auth + "open-to", List.of(OpenTo.values()), OpenTo::name),
                reader.time(auth + "token-expiry", Duration.ofSeconds(1), TokenConfig.EXPIRY_MAX),
                reader.time(auth + "clock-skew", Duration.ZERO, Duration.ofHours(1)),
                named(reader, auth + "issuer"),
                named(reader, auth + "audience"),
                named(reader, auth + "key-file"),
                reader.texts(auth + "previous-key-files"),
                named(reader, auth + "issuer-key-file"));
    }

    /// What makes and judges tokens; its key is made where there is none.
    Tokens tokens(DataDirectory data) {
        return new Tokens(
                new TokenConfig(
                        KeyFile.readOrMake(data.path().resolve(keyFile)),
                        previousKeyFiles.stream()
                                .map(file -> KeyFile.read(data.path().resolve(file)))
                                .toList(),
                        issuer,
                        audience,
                        expiry,
                        skewMax));
    }

    /// Who may use a server, in one of the two ways.
    Access access(Surroundings surroundings, DataDirectory data, Mode chosen) {
        return switch (chosen) {
            case NONE -> Access.ANYONE;
            case TOKENS ->
                    new Access.ByToken(
                            tokens(data), issuerKey(surroundings, data), openTo == OpenTo.LOOPBACK);
        };
    }

    /// Where the issuer's key is to be found.
    Path issuerKeyPath(DataDirectory data) {
        return data.path().resolve(issuerKeyFile);
    }

    private Secret issuerKey(Surroundings surroundings, DataDirectory data) {
        String given = surroundings.variable(ISSUER_KEY);
        if (given.isEmpty()) {
            return KeyFile.readOrMake(issuerKeyPath(data));
        }
        if (given.length() < ISSUER_KEY_CHARS_MIN) {
            throw Failure.usage(
                    "%s is easily guessed; give it at least %d characters, or leave it out and take the key that is made."
                            .formatted(ISSUER_KEY, ISSUER_KEY_CHARS_MIN));
        }
        return Secret.of(given);
    }

    private static String named(SettingsReader reader, String path) {
        String text = reader.text(path);
        if (text.isBlank()) {
            throw reader.wrong(path, "a name");
        }
        return text;
    }
}
