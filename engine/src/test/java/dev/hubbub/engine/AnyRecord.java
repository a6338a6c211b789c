package dev.hubbub.engine;

import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Draft;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Makes any record of ours, whatever it holds: what may be null is null half of the time, and
/// wherever there is a sealed type there is any of its cases. A new case or field needs nothing
/// here.
final class AnyRecord {

    private static final List<String> TEXTS =
            List.of("", "hello", "é漢😀", "a\nb\t\"\\", "x".repeat(300), "\u0001\u0085");
    private static final List<String> NAMES = List.of("abc", "x-Y_9", "z".repeat(64));

    private final RandomGenerator random;

    AnyRecord(RandomGenerator random) {
        this.random = random;
    }

    /// All records that a sealed type permits, at any depth.
    static Stream<Class<?>> casesOf(Class<?> sealed) {
        return sealed.isSealed()
                ? Arrays.stream(sealed.getPermittedSubclasses()).flatMap(AnyRecord::casesOf)
                : Stream.of(sealed);
    }

    <T> T make(Class<T> type) {
        return type.cast(value(type));
    }

    private Object value(Class<?> type) {
        if (type.isSealed()) {
            return value(pick(casesOf(type).toList()));
        }
        if (type.isEnum()) {
            return pick(Arrays.asList(type.getEnumConstants()));
        }
        if (type == String.class) {
            return pick(TEXTS);
        }
        if (type == boolean.class || type == Boolean.class) {
            return random.nextBoolean();
        }
        if (type == int.class) {
            return random.nextBoolean() ? 1 : Integer.MAX_VALUE;
        }
        if (type == long.class) {
            return random.nextBoolean() ? 1 : Long.MAX_VALUE;
        }
        if (type == Instant.class) {
            return Instant.ofEpochMilli(random.nextLong(-1_000, 4_000_000_000_000L));
        }
        if (type == Draft.class) {
            return Draft.of(pick(TEXTS)).plus(pick(TEXTS));
        }
        if (type == MessageId.class) {
            byte[] hash = new byte[MessageId.BYTES];
            random.nextBytes(hash);
            return MessageId.of(hash);
        }
        if (type == ConversationId.class) {
            return new ConversationId(pick(NAMES));
        }
        if (type == UserId.class) {
            return new UserId(pick(NAMES));
        }
        if (type == ModelId.class) {
            return new ModelId(pick(NAMES) + ":free/1");
        }
        if (type == Image.class) {
            return new Image(ImageId.of(pick(NAMES).getBytes(StandardCharsets.UTF_8)), "image/png");
        }
        if (type == ClientMessageId.class) {
            return new ClientMessageId("😀 " + pick(NAMES));
        }
        return record(type);
    }

    private Object record(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        if (components == null) {
            throw new IllegalArgumentException("no way to make a " + type);
        }
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(components[i]);
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("a " + type, impossible);
        }
    }

    private @Nullable Object value(RecordComponent component) {
        AnnotatedType type = component.getAnnotatedType();
        if (type.isAnnotationPresent(Nullable.class) && random.nextBoolean()) {
            return null;
        }
        if (type instanceof AnnotatedParameterizedType list
                && list.getType() instanceof ParameterizedType of
                && of.getRawType() == List.class) {
            return list(of.getActualTypeArguments()[0]);
        }
        return value(component.getType());
    }

    private List<Object> list(Type of) {
        var items = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            items.add(value((Class<?>) of));
        }
        return List.copyOf(items);
    }

    private <T> T pick(List<T> pool) {
        return pool.get(random.nextInt(pool.size()));
    }
}
