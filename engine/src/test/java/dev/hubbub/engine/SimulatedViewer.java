package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationEvent.ReplyStarted;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Somebody who watches, reads as slowly as it likes, goes, and comes back where it was; it checks
/// every update against all that it has seen before.
final class SimulatedViewer implements Viewer {

    private final Simulation simulation;
    private final ConversationId id;
    private final UserId user;

    private long number;
    private boolean joined;
    private int allowed;
    private boolean unknown;
    private @Nullable Position seen;

    /// What it has of each reply: pieces joined.
    private final Map<TurnId, String> texts = new LinkedHashMap<>();

    private @Nullable TurnId running;
    private @Nullable Conversation last;

    SimulatedViewer(Simulation simulation, ConversationId id, UserId user) {
        this.simulation = simulation;
        this.id = id;
        this.user = user;
    }

    void join() {
        number = ++simulation.joins;
        joined = true;
        unknown = false;
        allowed = 0;
        simulation.note("viewer " + number + " joins " + id + " after " + seen);
        simulation.toHub(channel(), new ToHub.Join(number, user, id, seen, on(number)));
    }

    /// Calls that come for an earlier visit are not this viewer's any more.
    private Viewer on(long visit) {
        return new Viewer() {
            @Override
            public void updates(List<Update> updates) {
                if (joined && number == visit) {
                    SimulatedViewer.this.updates(updates);
                }
            }

            @Override
            public void ended(Refusal reason) {
                if (joined && number == visit) {
                    SimulatedViewer.this.ended(reason);
                }
            }
        };
    }

    private String channel() {
        return "viewer-" + number;
    }

    void act() {
        if (!joined) {
            join();
        } else if (simulation.random.nextInt(6) == 0) {
            simulation.note("viewer " + number + " leaves");
            simulation.toHub(channel(), new ToHub.Leave(number));
            joined = false;
        } else {
            request(1 + simulation.random.nextInt(3));
        }
    }

    private void request(int updates) {
        allowed += updates;
        simulation.toHub(channel(), new ToHub.Request(number, updates));
    }

    void readEverything() {
        if (!joined && !unknown) {
            join();
        }
        if (joined) {
            request(1000);
        }
    }

    void cutOff() {
        joined = false;
        unknown = false;
    }

    @Override
    public void updates(List<Update> updates) {
        for (Update update : updates) {
            assertThat(--allowed).as("more updates than were asked for").isNotNegative();
            simulation.note("viewer " + number + " sees " + update.position());
            if (seen != null) {
                assertThat(update.position().number())
                        .as("time goes forward")
                        .isGreaterThanOrEqualTo(seen.number());
            }
            see(update);
            seen = update.position();
        }
    }

    private void see(Update update) {
        switch (update.content()) {
            case Update.Snapshot(var conversation) -> {
                last = conversation;
                Reply reply = conversation.reply();
                running = reply == null ? null : reply.turn();
                if (reply != null) {
                    String text = reply.draft().text();
                    assertThat(text)
                            .as("a snapshot takes nothing back")
                            .startsWith(texts.getOrDefault(reply.turn(), ""));
                    texts.put(reply.turn(), text);
                }
            }
            case Update.Delta(var turn, var fromChar, var text) -> {
                String before = texts.getOrDefault(turn, "");
                assertThat(turn).isEqualTo(running);
                assertThat(fromChar).as("no hole, nothing twice").isEqualTo(before.length());
                texts.put(turn, before + text);
            }
            case Update.Happened(var event, var after) -> {
                last = after;
                happened(event, update.position());
            }
        }
    }

    private void happened(ConversationEvent event, Position position) {
        if (seen == null) {
            throw new AssertionError("the first update is a snapshot");
        }
        assertThat(position.number()).as("no event is left out").isEqualTo(seen.number() + 1);
        if (event instanceof ReplyStarted started) {
            running = started.turn();
            assertThat(texts.getOrDefault(started.turn(), "").length())
                    .isEqualTo(started.fromChar());
        } else if (event instanceof ReplyEnded(var turn, var message)) {
            assertThat(texts.getOrDefault(turn, ""))
                    .as("the pieces join to the reply")
                    .isEqualTo(message.text());
            texts.put(turn, message.text());
            running = null;
        }
    }

    @Override
    public void ended(Refusal reason) {
        joined = false;
        // After a deletion or a failed read it may come again, or there is nothing to come for.
        unknown = reason == Refusal.CONVERSATION_UNKNOWN;
    }

    void checkAfterwards() {
        List<ConversationEvent> events = simulation.store.events.getOrDefault(id, List.of());
        texts.forEach((turn, text) -> {
            for (ConversationEvent event : events) {
                if (event instanceof ReplyEnded(var ended, var message) && ended.equals(turn)) {
                    assertThat(message.text())
                            .as("what a viewer saw of turn %s stays", turn)
                            .startsWith(text);
                }
            }
        });
        Conversation kept = simulation.store.load(id);
        if (joined && kept != null && !kept.deleted()) {
            assertThat(last).as("a viewer that reads on is up to date").isEqualTo(kept);
        }
    }
}
