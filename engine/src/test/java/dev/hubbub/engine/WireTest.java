package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Receipt;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.ToHub.News;

import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.apache.pekko.serialization.jackson.JacksonCborSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Whatever one node may tell another arrives as it was. The cases are asked of the sealed types
/// themselves, so that a new one is tested from its first day.
final class WireTest {

    private static final int TRIES = 50;

    private static final ActorSystem<Void> SYSTEM =
            ActorSystem.create(
                    Behaviors.empty(),
                    "wire",
                    ConfigFactory.parseResources(Engine.class, "engine.conf")
                            .withFallback(ConfigFactory.defaultReference())
                            .resolve());
    private static final Serialization SERIALIZATION =
            SerializationExtension.get(SYSTEM.classicSystem());

    @AfterAll
    static void end() {
        SYSTEM.terminate();
    }

    static Stream<Class<?>> messages() {
        return Stream.of(ToPartition.class, ToHub.class, Response.class)
                .flatMap(AnyRecord::casesOf)
                .filter(type -> !NoSerializationVerificationNeeded.class.isAssignableFrom(type));
    }

    static Stream<Class<?>> commands() {
        return AnyRecord.casesOf(ConversationCommand.class);
    }

    static Stream<Class<?>> events() {
        return AnyRecord.casesOf(ConversationEvent.class);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessageArrives(Class<?> type) {
        records().forEach(any -> assertArrives(any.make(type)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandArrives(Class<? extends ConversationCommand> type) {
        records()
                .forEach(any ->
                        assertArrives(
                                new ToPartition.Ask(
                                        any.make(Caller.class),
                                        UserId.LOCAL,
                                        any.make(ConversationId.class),
                                        any.make(type),
                                        true)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void everyEventArrives(Class<? extends ConversationEvent> type) {
        records()
                .forEach(any -> {
                    var id = any.make(ConversationId.class);
                    var events = List.<ConversationEvent>of(any.make(type), any.make(type));
                    var news = new News(id, any.make(Position.class), events);
                    assertArrives(new ToHub.Published(List.of(news)));
                });
    }

    @Test
    void aConversationInTheMiddleOfThingsArrives() {
        records()
                .map(any -> any.make(Conversation.class))
                .filter(conversation ->
                        conversation.reply() != null
                                && !conversation.queue().isEmpty()
                                && !conversation.taken().isEmpty())
                .forEach(conversation -> {
                    assertArrives(new ToHub.Following(conversation));
                    assertArrives(new Answer.Done(Receipt.EMPTY, conversation));
                });
    }

    @Test
    void whatARecordCanBeAskedIsNotSent() {
        records()
                .map(any -> any.make(ConversationEvent.ReplyEnded.class))
                .forEach(ended -> {
                    var news =
                            new News(new ConversationId("x"), new Position(1, 0), List.of(ended));
                    byte[] bytes = bytes(new ToHub.Published(List.of(news)));
                    assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                            .contains("ReplyEnded", "createdAt")
                            .doesNotContain("intact", "numbered", "status");
                });
    }

    private static Stream<AnyRecord> records() {
        var seeds = new SplittableRandom(1);
        return IntStream.range(0, TRIES).mapToObj(_ -> new AnyRecord(seeds.split()));
    }

    private static void assertArrives(Object message) {
        Serializer serializer = SERIALIZATION.findSerializerFor(message);
        assertThat(serializer).isInstanceOf(JacksonCborSerializer.class);
        String manifest = Serializers.manifestFor(serializer, message);
        Object arrived =
                SERIALIZATION.deserialize(bytes(message), serializer.identifier(), manifest).get();
        assertThat(arrived).isEqualTo(message);
    }

    private static byte[] bytes(Object message) {
        return SERIALIZATION.serialize(message).get();
    }
}
