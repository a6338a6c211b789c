package dev.hubbub.model;

import dev.hubbub.model.ElizaScript.Memory;
import dev.hubbub.model.ElizaScript.Reassembly;
import dev.hubbub.model.ElizaScript.Recollection;
import dev.hubbub.model.ElizaScript.Rule;
import dev.hubbub.model.ElizaScript.Transformation;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;

/// Reads a script in the form of the 1966 appendix; see `doctor.txt`. A script that is not of this
/// form is an [IllegalArgumentException].
final class ElizaScriptReader {

    /// What a script is made of. `=`, `*` and `/` are atoms of their own, however they are spaced.
    private sealed interface Node {

        record Atom(String text) implements Node {}

        record Group(List<Node> nodes) implements Node {}
    }

    private final List<Node> nodes;
    private final Map<String, Set<String>> tagged = new HashMap<>();
    private int transformations;

    ElizaScriptReader(String script) {
        nodes = parse(script);
    }

    ElizaScript read() {
        String greeting = String.join(" ", words(group(nodes.getFirst())));
        List<List<Node>> groups = new ArrayList<>();
        for (Node node : nodes.subList(1, nodes.size())) {
            if (node instanceof Node.Group(var inner) && !inner.isEmpty()) {
                groups.add(inner);
            }
        }
        groups.forEach(this::collectTags);
        var rules = new HashMap<String, Rule>();
        Memory memory = null;
        for (List<Node> group : groups) {
            if (text(group.getFirst()).equals("MEMORY")) {
                memory = memory(group);
            } else {
                Rule rule = rule(group);
                rules.put(rule.keyword(), rule);
            }
        }
        Rule none = rules.remove("NONE");
        if (none == null || memory == null || !rules.containsKey(memory.keyword())) {
            throw new IllegalArgumentException(
                    "a script has the rules NONE and MEMORY, and MEMORY's keyword has its own");
        }
        return new ElizaScript(greeting, rules, tagged, none, memory, transformations);
    }

    private void collectTags(List<Node> group) {
        for (int i = 1; i < group.size() - 1; i++) {
            if (isAtom(group.get(i), "DLIST")) {
                for (String tag : words(group(group.get(i + 1)))) {
                    if (!tag.equals("/")) {
                        tagged.computeIfAbsent(tag, _ -> new HashSet<>())
                                .add(text(group.getFirst()));
                    }
                }
            }
        }
    }

    private Memory memory(List<Node> group) {
        var recollections = new ArrayList<Recollection>();
        for (Node node : group.subList(2, group.size())) {
            List<Node> inner = group(node);
            int equals = inner.indexOf(new Node.Atom("="));
            recollections.add(
                    new Recollection(
                            pattern(inner.subList(0, equals)),
                            words(inner.subList(equals + 1, inner.size()))));
        }
        return new Memory(text(group.get(1)), recollections);
    }

    private Rule rule(List<Node> group) {
        String substitute = null;
        String link = null;
        int rank = 0;
        var own = new ArrayList<Transformation>();
        for (int i = 1; i < group.size(); i++) {
            switch (group.get(i)) {
                case Node.Atom(var text) when text.equals("=") -> substitute = text(group.get(++i));
                case Node.Atom(var text) when text.equals("DLIST") -> i++;
                case Node.Atom(var text) -> rank = Integer.parseInt(text);
                case Node.Group(var inner) when isAtom(inner.getFirst(), "=") ->
                        link = text(inner.get(1));
                case Node.Group(var inner) -> own.add(transformation(inner));
            }
        }
        return new Rule(text(group.getFirst()), substitute, rank, own, link);
    }

    private Transformation transformation(List<Node> group) {
        ElizaPattern pattern = pattern(group(group.getFirst()));
        List<Reassembly> reassemblies =
                group.subList(1, group.size()).stream()
                        .map(node -> reassembly(group(node)))
                        .toList();
        return new Transformation(transformations++, pattern, reassemblies);
    }

    private static Reassembly reassembly(List<Node> group) {
        Node first = group.getFirst();
        if (isAtom(first, "=")) {
            return new Reassembly.Link(text(group.get(1)));
        }
        if (isAtom(first, "NEWKEY")) {
            return new Reassembly.NewKey();
        }
        if (isAtom(first, "PRE")) {
            return new Reassembly.Pre(words(group(group.get(1))), text(group(group.get(2)).get(1)));
        }
        return new Reassembly.Say(words(group));
    }

    private ElizaPattern pattern(List<Node> nodes) {
        return new ElizaPattern(nodes.stream().map(this::element).toList());
    }

    private ElizaPattern.Element element(Node node) {
        return switch (node) {
            case Node.Atom(var text) when ElizaPattern.isNumber(text) ->
                    Integer.parseInt(text) == 0
                            ? new ElizaPattern.AnyWords()
                            : new ElizaPattern.Words(Integer.parseInt(text));
            case Node.Atom(var text) -> new ElizaPattern.OneOf(Set.of(text));
            case Node.Group(var inner) -> {
                List<String> words = words(inner.subList(1, inner.size()));
                if (isAtom(inner.getFirst(), "*")) {
                    yield new ElizaPattern.OneOf(Set.copyOf(words));
                }
                var union = new HashSet<String>();
                words.forEach(tag -> union.addAll(tagged.getOrDefault(tag, Set.of())));
                yield new ElizaPattern.OneOf(Set.copyOf(union));
            }
        };
    }

    private static List<Node> parse(String script) {
        Deque<List<Node>> open = new ArrayDeque<>();
        open.push(new ArrayList<>());
        for (String line : script.lines().toList()) {
            if (line.stripLeading().startsWith(";")) {
                continue;
            }
            var tokens = new StringTokenizer(line, " \t()=*/", true);
            while (tokens.hasMoreTokens()) {
                String token = tokens.nextToken();
                switch (token) {
                    case " ", "\t" -> {}
                    case "(" -> open.push(new ArrayList<>());
                    case ")" -> {
                        var group = new Node.Group(List.copyOf(open.pop()));
                        parent(open).add(group);
                    }
                    default -> parent(open).add(new Node.Atom(token));
                }
            }
        }
        if (open.size() != 1) {
            throw new IllegalArgumentException("a script closes every bracket that it opens");
        }
        return open.pop();
    }

    private static List<Node> parent(Deque<List<Node>> open) {
        List<Node> parent = open.peek();
        if (parent == null) {
            throw new IllegalArgumentException("a script opens every bracket that it closes");
        }
        return parent;
    }

    private static List<Node> group(@Nullable Node node) {
        if (node instanceof Node.Group(var inner)) {
            return inner;
        }
        throw new IllegalArgumentException("a bracket is missing from the script: " + node);
    }

    private static String text(Node node) {
        if (node instanceof Node.Atom(var text)) {
            return text;
        }
        throw new IllegalArgumentException("a word is missing from the script: " + node);
    }

    private static boolean isAtom(Node node, String wanted) {
        return node instanceof Node.Atom(var text) && text.equals(wanted);
    }

    private static List<String> words(List<Node> nodes) {
        return nodes.stream().map(ElizaScriptReader::text).toList();
    }
}
