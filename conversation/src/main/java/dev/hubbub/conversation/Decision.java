package dev.hubbub.conversation;

import java.util.List;

/// A conversation's answer to a command.
public sealed interface Decision {

    /// The command was right, and these events are its outcome, in order; none when it had nothing
    /// left to do.
    record Accepted(List<ConversationEvent> events, Receipt receipt) implements Decision {

        public Accepted {
            events = List.copyOf(events);
        }
    }

    /// The command cannot be done, and nothing happens.
    record Refused(Refusal refusal) implements Decision {}
}
