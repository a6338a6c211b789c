package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.Role;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// Hubbub as a program gets it that depends on this module and says nothing: the stores and the
/// models come as services.
final class PlainStartTest {

    @Test
    void withoutAnySetUpElizaAnswers() {
        try (Hubbub hubbub = Hubbub.start()) {
            ConversationId id = hubbub.startConversation();
            Message reply = hubbub.sendMessage(id, "I am sad.");
            assertThat(reply.role()).isEqualTo(Role.ASSISTANT);
            assertThat(reply.text()).isNotBlank();
            assertThat(hubbub.stats(id).model().value()).isEqualTo("eliza");
        }
    }

    @Test
    void aDirectoryKeepsConversationsForTheNextStart(@TempDir Path directory) {
        ConversationId id;
        try (Hubbub first = Hubbub.start(HubbubConfig.inDirectory(directory))) {
            id = first.startConversation();
            first.sendMessage(id, "Remember me.");
        }
        try (Hubbub second = Hubbub.start(HubbubConfig.inDirectory(directory))) {
            assertThat(second.history(id)).hasSize(2);
            assertThat(second.history(id).getFirst().text()).isEqualTo("Remember me.");
            assertThat(second.sendMessage(id, "Still there?").text()).isNotBlank();
        }
    }

    @Test
    void aReplyIsReadPieceByPiece() {
        try (Hubbub hubbub = Hubbub.start()) {
            ConversationId id =
                    hubbub.startConversation(
                            StartOptions.DEFAULT.withModel(
                                    "simulated:rate=max,tokens=500,ttft=0s"));
            var text = new StringBuilder();
            try (ReplyStream reply = hubbub.streamMessage(id, "Speak.")) {
                for (String piece : reply) {
                    text.append(piece);
                }
                assertThat(text.toString()).isEqualTo(reply.await().text()).isNotBlank();
            }
        }
    }

    @Test
    void manyAreStartedAndToldAtOnce() {
        try (Hubbub hubbub = Hubbub.start()) {
            var ids = hubbub.startConversations(100);
            assertThat(ids).hasSize(100).doesNotHaveDuplicates();
            var results = hubbub.broadcast(ids, "Hello.");
            assertThat(results).extracting(BroadcastResult::id).isEqualTo(ids);
            assertThat(results).allMatch(BroadcastResult.Replied.class::isInstance);
            assertThat(hubbub.conversationCount().stored()).isEqualTo(100);
        }
    }
}
