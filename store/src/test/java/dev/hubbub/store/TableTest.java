package dev.hubbub.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

final class TableTest {

    /// Most of which have the hash of some others.
    private record Key(int number) {

        @Override
        public int hashCode() {
            return number % 500;
        }
    }

    private record Value(Key key, String text) {}

    private final Table<Key, Value> table = new Table<>(Value::key);

    @Test
    void whatWasAddedIsFoundAndNothingElse() {
        for (int i = 0; i < 3_000; i++) {
            assertThat(table.find(new Key(i))).isNull();
            table.add(value(i));
            assertThat(table.find(new Key(i))).isEqualTo(value(i));
        }
        for (int i = 0; i < 3_000; i++) {
            assertThat(table.find(new Key(i))).isEqualTo(value(i));
        }
        assertThat(table.find(new Key(3_000))).isNull();
    }

    @Test
    void othersMayLookWhileOneAdds() throws Exception {
        int count = 20_000;
        var added = new AtomicInteger();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> reader =
                    threads.submit(() -> {
                        int seen = 0;
                        for (int looks = 0; seen < count; looks++) {
                            seen = added.get();
                            if (seen > 0) {
                                int one = looks % seen;
                                assertThat(table.find(new Key(one))).isEqualTo(value(one));
                            }
                            table.find(new Key(count + looks));
                        }
                    });
            for (int i = 0; i < count; i++) {
                table.add(value(i));
                added.set(i + 1);
            }
            reader.get();
        }
    }

    private static Value value(int number) {
        return new Value(new Key(number), "value " + number);
    }
}
