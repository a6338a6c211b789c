package dev.hubbub.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;

import dev.hubbub.conversation.UserId;
import dev.hubbub.server.TokenConfig;
import dev.hubbub.server.Tokens;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.concurrent.Callable;

/// `hubbub token`: a token for one user, made without a server.
@Command(
        name = "token",
        description = {
            "Print a token for a user of a server with --auth tokens.",
            "",
            "It is signed with the key of the data directory, which is made where there is none."
                    + " The server need not run."
        },
        sortOptions = false,
        exitCodeList = {
            "0:the token is printed",
            "1:the key cannot be read or made",
            "2:it was asked in a wrong way"
        },
        footer = {
            "",
            "Examples:",
            "  hubbub token --user alice",
            "  export HUBBUB_TOKEN=$(hubbub token --user alice --expires 1h)",
            "",
            "Environment:",
            "  HUBBUB_DATA, HUBBUB_CONFIG",
            "                     stand for the options of these names."
        })
final class TokenCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    @Option(
            names = "--user",
            paramLabel = "ID",
            required = true,
            description = "The user: 3 to 64 characters of A-Z a-z 0-9 _ -.")
    private String user = "";

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description = {
                "How long it is good, such as 30m, 1h or 7d.",
                "Default: hubbub.auth.token-expiry."
            })
    private @Nullable String expires;

    @Mixin private final DataOptions data = new DataOptions();

    TokenCommand(Surroundings surroundings, HubbubCommand hubbub) {
        this.surroundings = surroundings;
        this.hubbub = hubbub;
    }

    @Override
    public Integer call() {
        Logging.choose(hubbub.debug() ? Logging.Detail.DEBUG : Logging.Detail.QUIET);
        UserId named = user();
        Duration goodFor = expires == null ? null : timeOf(expires);
        Settings settings = data.settings(surroundings);
        Tokens tokens = settings.auth().tokens(data.data(surroundings).prepare());
        Tokens.Issued issued = goodFor == null ? tokens.issue(named) : tokens.issue(named, goodFor);
        surroundings.out().println(issued.token());
        return ExitCode.OK.number();
    }

    private UserId user() {
        try {
            return new UserId(user);
        } catch (IllegalArgumentException wrong) {
            throw Failure.usage(
                    "'%s' cannot be a user, who has 3 to 64 characters of A-Z a-z 0-9 _ -."
                            .formatted(user));
        }
    }

    private static Duration timeOf(String text) {
        try {
            Duration time = ConfigValueFactory.fromAnyRef(text).atKey("time").getDuration("time");
            if (time.toSeconds() >= 1 && time.compareTo(TokenConfig.EXPIRY_MAX) <= 0) {
                return time;
            }
        } catch (ConfigException notOne) {
            // Told below, as one too long is.
        }
        throw Failure.usage(
                "A token cannot be good for '%s'; give a time from 1s to %dd, such as 1h."
                        .formatted(text, TokenConfig.EXPIRY_MAX.toDays()));
    }
}
