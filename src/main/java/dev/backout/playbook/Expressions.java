package dev.backout.playbook;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The expression language of playbooks: variables, comparison, boolean operators, null
 * checks, a choice, and a few functions. It is a strict subset of what the engine would
 * understand, defined by what this parser accepts; there are no properties, no indexes
 * and no method calls, so nothing to reach.
 */
public final class Expressions {

	/** Functions and how many arguments each takes. */
	public static final Map<String, Integer> FUNCTIONS = Map.of("now", 0, "after", 1);

	private static final int MAX_LENGTH = 500;

	private static final int MAX_DEPTH = 20;

	private static final Set<String> WORDS = Set.of("and", "or", "not", "empty", "eq", "ne", "lt", "gt", "le", "ge",
			"true", "false", "null");

	/**
	 * Names that lead to the engine's own objects, and words that its parser reserves.
	 */
	private static final Set<String> RESERVED = Set.of("execution", "task", "externalTask", "caseExecution",
			"processEngine", "div", "mod", "instanceof");

	private static final Pattern TOKEN = Pattern
		.compile("\\s*(?:([A-Za-z][A-Za-z0-9_]{0,63})|(\\d{1,9})|('[^'\\\\\\p{Cntrl}]*'|\"[^\"\\\\\\p{Cntrl}]*\")"
				+ "|(==|!=|<=|>=|&&|\\|\\||[<>!?:(),]))");

	private final String source;

	private final List<String> tokens = new ArrayList<>();

	private final Set<String> variables = new LinkedHashSet<>();

	private int position;

	private int depth;

	private Expressions(String source) {
		this.source = source;
	}

	/** Whether the text holds anything that the engine would evaluate. */
	public static boolean present(String text) {
		return text.contains("${") || text.contains("#{");
	}

	/** Why the text may not be used; empty when it may. */
	public static Optional<String> refusal(String text) {
		try {
			variables(text);
			return Optional.empty();
		}
		catch (IllegalArgumentException ex) {
			return Optional.of(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * The variables that a text refers to; a text may hold several expressions.
	 * @throws IllegalArgumentException saying what is wrong with it
	 */
	public static Set<String> variables(String text) {
		if (text.length() > MAX_LENGTH) {
			throw new IllegalArgumentException("an expression has at most %d characters".formatted(MAX_LENGTH));
		}
		var found = new LinkedHashSet<String>();
		var from = 0;
		while (present(text.substring(from))) {
			var start = nextStart(text, from);
			if (text.charAt(start) == '#') {
				throw new IllegalArgumentException("write ${...}, not #{...}");
			}
			if (start > 0 && text.charAt(start - 1) == '\\') {
				throw new IllegalArgumentException("an expression cannot be escaped");
			}
			var end = end(text, start);
			var parser = new Expressions(text.substring(start + 2, end));
			parser.parse();
			found.addAll(parser.variables);
			from = end + 1;
		}
		return found;
	}

	private static int nextStart(String text, int from) {
		var dollar = text.indexOf("${", from);
		var hash = text.indexOf("#{", from);
		return (dollar < 0) ? hash : (hash < 0) ? dollar : Math.min(dollar, hash);
	}

	private static int end(String text, int start) {
		var quote = '\0';
		for (var index = start + 2; index < text.length(); index++) {
			var character = text.charAt(index);
			if (quote != '\0') {
				quote = (character == quote) ? '\0' : quote;
			}
			else if (character == '\'' || character == '"') {
				quote = character;
			}
			else if (character == '}') {
				return index;
			}
		}
		throw new IllegalArgumentException("an expression is not closed");
	}

	private void parse() {
		tokenize();
		choice();
		if (this.position < this.tokens.size()) {
			throw wrong("'%s' is not expected here".formatted(peek()));
		}
	}

	private void tokenize() {
		Matcher matcher = TOKEN.matcher(this.source);
		var at = 0;
		while (at < this.source.length() && !this.source.substring(at).isBlank()) {
			if (!matcher.find(at) || matcher.start() != at) {
				throw wrong("'%s' is not part of the expression language".formatted(this.source.substring(at).strip()));
			}
			this.tokens.add(matcher.group().strip());
			at = matcher.end();
		}
	}

	private void choice() {
		if (++this.depth > MAX_DEPTH) {
			throw wrong("it is nested more than %d levels deep".formatted(MAX_DEPTH));
		}
		either();
		if (take("?")) {
			choice();
			expect(":");
			choice();
		}
		this.depth--;
	}

	private void either() {
		do {
			both();
		}
		while (take("||", "or"));
	}

	private void both() {
		do {
			comparison();
		}
		while (take("&&", "and"));
	}

	private void comparison() {
		do {
			value();
		}
		while (take("==", "!=", "<", ">", "<=", ">=", "eq", "ne", "lt", "gt", "le", "ge"));
	}

	private void value() {
		while (take("!", "not", "empty")) {
			continue;
		}
		if (take("(")) {
			choice();
			expect(")");
			return;
		}
		var token = peek();
		if (token.isEmpty()) {
			throw wrong("it ends too early");
		}
		this.position++;
		if (!Character.isLetter(token.charAt(0))) {
			if ("<>=!&|?:(),".indexOf(token.charAt(0)) >= 0) {
				throw wrong("'%s' is not expected here".formatted(token));
			}
			return;
		}
		if (take("(")) {
			function(token);
		}
		else if (!WORDS.contains(token) || !Set.of("true", "false", "null").contains(token)) {
			name(token);
		}
	}

	private void function(String name) {
		var arity = FUNCTIONS.get(name);
		if (arity == null) {
			throw wrong(
					"there is no function '%s', but %s".formatted(name, FUNCTIONS.keySet().stream().sorted().toList()));
		}
		var given = 0;
		if (!take(")")) {
			do {
				choice();
				given++;
			}
			while (take(","));
			expect(")");
		}
		if (given != arity) {
			throw wrong("function '%s' takes %d arguments, not %d".formatted(name, arity, given));
		}
	}

	private void name(String token) {
		if (RESERVED.contains(token) || RESERVED.contains(token.toLowerCase(Locale.ROOT)) || WORDS.contains(token)) {
			throw wrong("'%s' is not a variable".formatted(token));
		}
		this.variables.add(token);
	}

	private String peek() {
		return (this.position < this.tokens.size()) ? this.tokens.get(this.position) : "";
	}

	private boolean take(String... any) {
		var token = peek();
		for (var candidate : any) {
			if (candidate.equals(token)) {
				this.position++;
				return true;
			}
		}
		return false;
	}

	private void expect(String token) {
		if (!take(token)) {
			throw wrong("'%s' is missing".formatted(token));
		}
	}

	private IllegalArgumentException wrong(String message) {
		return new IllegalArgumentException("${%s}: %s".formatted(this.source, message));
	}

}
