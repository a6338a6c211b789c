package dev.hubbub.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/// Sets Logback up in code, because reading its XML would cost a tenth of a second at every start:
/// one line an event, to standard error. Loaded by Logback at the first use of a logger.
public final class Logging extends ContextAwareBase implements Configurator {

    private static volatile Detail detail = Detail.QUIET;

    /// How much is logged.
    enum Detail {
        /// What goes wrong only: a person reads the terminal for something else.
        QUIET("error", "error"),
        SERVING("info", "warn"),
        DEBUG("debug", "info");

        private final String ours;
        private final String libraries;

        Detail(String ours, String libraries) {
            this.ours = ours;
            this.libraries = libraries;
        }
    }

    /// To be called before the first logger is made.
    static void choose(Detail chosen) {
        detail = chosen;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n");
        encoder.start();
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setName("console");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(detail.libraries));
        root.addAppender(appender);
        context.getLogger("dev.hubbub").setLevel(Level.toLevel(detail.ours));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
