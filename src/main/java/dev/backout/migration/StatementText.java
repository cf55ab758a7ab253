package dev.backout.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One SQL statement, cut into words as PostgreSQL would: comments are gone, strings,
 * quoted names and dollar quotes are one token each.
 *
 * @param text the statement without its closing semicolon
 * @param tokens its words, in order
 */
record StatementText(String text, List<Token> tokens) {

	/** What a token is. */
	enum Kind {

		WORD, QUOTED, STRING, SYMBOL

	}

	/**
	 * A word of a statement.
	 *
	 * @param kind what it is
	 * @param value lower case for a plain word, without quotes for a quoted name
	 * @param start where it begins in the text
	 * @param end behind its last character
	 */
	record Token(Kind kind, String value, int start, int end) {

		boolean is(String word) {
			return (this.kind == Kind.WORD || this.kind == Kind.SYMBOL) && this.value.equals(word);
		}

		boolean name() {
			return this.kind == Kind.WORD || this.kind == Kind.QUOTED;
		}

	}

	private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_$]*");

	private static final int HEAD = 60;

	/**
	 * Statements of a script; bodies of functions, and rules with several actions, stay
	 * whole.
	 */
	static List<StatementText> split(String script) {
		var statements = new ArrayList<StatementText>();
		var tokens = new ArrayList<Token>();
		var start = 0;
		var atomic = 0;
		var depth = 0;
		for (var token : new Lexer(script).tokens()) {
			depth = Math.max(0, depth + (token.is("(") ? 1 : token.is(")") ? -1 : 0));
			if (token.is("atomic") && !tokens.isEmpty() && tokens.get(tokens.size() - 1).is("begin")) {
				atomic = 1;
			}
			else if (atomic > 0 && token.is("case")) {
				atomic++;
			}
			else if (atomic > 0 && token.is("end")) {
				atomic--;
			}
			if (token.is(";") && atomic == 0 && depth == 0) {
				add(statements, script, start, token.start(), tokens);
				tokens = new ArrayList<>();
				start = token.end();
			}
			else {
				tokens.add(token);
			}
		}
		add(statements, script, start, script.length(), tokens);
		return statements;
	}

	private static void add(List<StatementText> statements, String script, int start, int end, List<Token> tokens) {
		if (!tokens.isEmpty()) {
			statements.add(new StatementText(script.substring(start, end).strip(),
					tokens.stream()
						.map((token) -> new Token(token.kind(), token.value(),
								token.start() - start - lead(script, start), token.end() - start - lead(script, start)))
						.toList()));
		}
	}

	private static int lead(String script, int start) {
		var at = start;
		while (at < script.length() && Character.isWhitespace(script.charAt(at))) {
			at++;
		}
		return at - start;
	}

	/**
	 * Easy to match: no comments, one blank between words, lower case, the contents of
	 * literals and of dollar-quoted bodies taken out, plain quoted names without quotes.
	 */
	String plain() {
		var plain = new StringBuilder();
		var end = 0;
		for (var token : this.tokens) {
			if (!plain.isEmpty() && token.start() > end) {
				plain.append(' ');
			}
			plain.append(switch (token.kind()) {
				case WORD, SYMBOL -> token.value();
				case QUOTED -> PLAIN.matcher(token.value()).matches() ? token.value()
						: '"' + token.value().replace(' ', '_') + '"';
				case STRING -> token.value().startsWith("$") ? "$$" : "''";
			});
			end = token.end();
		}
		return plain.toString();
	}

	/** The statements of a script, each made plain. */
	static List<String> plain(String script) {
		return split(script).stream().map(StatementText::plain).toList();
	}

	/** The first words of a plain statement, for a message. */
	static String head(String statement) {
		return (statement.length() <= HEAD) ? statement : statement.substring(0, HEAD - 3) + "...";
	}

	/** Splits a plain list at commas that no parenthesis holds. */
	static List<String> parts(String list) {
		var parts = new ArrayList<String>();
		var depth = 0;
		var from = 0;
		for (int i = 0; i < list.length(); i++) {
			switch (list.charAt(i)) {
				case '(' -> depth++;
				case ')' -> depth--;
				case ',' -> {
					if (depth == 0) {
						parts.add(list.substring(from, i).strip());
						from = i + 1;
					}
				}
				default -> {
				}
			}
		}
		parts.add(list.substring(from).strip());
		return parts;
	}

	boolean startsWith(String... words) {
		return words.length <= this.tokens.size() && matches(0, words);
	}

	boolean contains(String... words) {
		for (var at = 0; at + words.length <= this.tokens.size(); at++) {
			if (matches(at, words)) {
				return true;
			}
		}
		return false;
	}

	private boolean matches(int at, String... words) {
		for (var index = 0; index < words.length; index++) {
			if (!this.tokens.get(at + index).is(words[index])) {
				return false;
			}
		}
		return true;
	}

	Cursor cursor() {
		return new Cursor(this);
	}

	/** The last word, when it is one that ends a DROP; else the default. */
	String dropMode() {
		var last = this.tokens.get(this.tokens.size() - 1);
		return last.is("cascade") ? "cascade" : "restrict";
	}

	/** Reads a statement from left to right. */
	static final class Cursor {

		private final StatementText sql;

		private int at;

		private Cursor(StatementText sql) {
			this.sql = sql;
		}

		boolean ended() {
			return this.at >= this.sql.tokens().size();
		}

		boolean sees(String word) {
			return !ended() && this.sql.tokens().get(this.at).is(word);
		}

		/** Steps over these words if they all follow. */
		boolean accept(String... words) {
			if (this.at + words.length <= this.sql.tokens().size() && this.sql.matches(this.at, words)) {
				this.at += words.length;
				return true;
			}
			return false;
		}

		/** Steps over a name, qualified or not, and gives it as it is written. */
		Optional<String> name() {
			if (ended() || !this.sql.tokens().get(this.at).name()) {
				return Optional.empty();
			}
			var start = this.sql.tokens().get(this.at).start();
			this.at++;
			while (!ended() && sees(".") && this.at + 1 < this.sql.tokens().size()) {
				this.at += 2;
			}
			return Optional.of(this.sql.text().substring(start, this.sql.tokens().get(this.at - 1).end()));
		}

		/** A name, and the arguments in parentheses behind it. */
		String signature() {
			var name = name().orElse("");
			if (!sees("(")) {
				return name;
			}
			var start = this.sql.tokens().get(this.at).start();
			var depth = 0;
			do {
				depth += sees("(") ? 1 : sees(")") ? -1 : 0;
				this.at++;
			}
			while (depth > 0 && !ended());
			return name + this.sql.text().substring(start, this.sql.tokens().get(this.at - 1).end());
		}

		/** Steps over a literal, and gives it as it is written. */
		String literal() {
			return (ended() || this.sql.tokens().get(this.at).kind() != Kind.STRING) ? ""
					: this.sql.tokens().get(this.at++).value();
		}

		/** A name without qualification, without its quotes. */
		Optional<String> plainName() {
			if (ended() || !this.sql.tokens().get(this.at).name()) {
				return Optional.empty();
			}
			return Optional.of(this.sql.tokens().get(this.at++).value());
		}

		/** Steps over everything up to one of these on this level of parentheses. */
		String upTo(String... words) {
			if (ended()) {
				return "";
			}
			var start = this.sql.tokens().get(this.at).start();
			var depth = 0;
			var end = start;
			while (!ended()) {
				var token = this.sql.tokens().get(this.at);
				if (depth == 0 && List.of(words).stream().anyMatch(token::is)) {
					break;
				}
				depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
				end = token.end();
				this.at++;
			}
			return this.sql.text().substring(start, end);
		}

	}

	/** Cuts text into tokens. */
	private static final class Lexer {

		private final String text;

		private final List<Token> tokens = new ArrayList<>();

		private int at;

		Lexer(String text) {
			this.text = text;
		}

		List<Token> tokens() {
			while (this.at < this.text.length()) {
				next();
			}
			return this.tokens;
		}

		private void next() {
			var start = this.at;
			var character = this.text.charAt(this.at);
			if (Character.isWhitespace(character)) {
				this.at++;
			}
			else if (this.text.startsWith("--", this.at)) {
				this.at = behind("\n", this.at);
			}
			else if (this.text.startsWith("/*", this.at)) {
				comment();
			}
			else if (character == '\'') {
				quoted('\'', escapes(start));
				token(Kind.STRING, start);
			}
			else if (character == '"') {
				quoted('"', false);
				this.tokens.add(new Token(Kind.QUOTED,
						this.text.substring(start + 1, Math.max(start + 1, this.at - 1)).replace("\"\"", "\""), start,
						this.at));
			}
			else if (character == '$' && dollar()) {
				token(Kind.STRING, start);
			}
			else if (word(character)) {
				while (this.at < this.text.length() && (word(this.text.charAt(this.at))
						|| this.text.charAt(this.at) == '$' || Character.isDigit(this.text.charAt(this.at)))) {
					this.at++;
				}
				this.tokens.add(new Token(Kind.WORD, this.text.substring(start, this.at).toLowerCase(Locale.ROOT),
						start, this.at));
			}
			else {
				this.at++;
				token(Kind.SYMBOL, start);
			}
		}

		private static boolean word(char character) {
			return Character.isLetterOrDigit(character) || character == '_';
		}

		private boolean escapes(int start) {
			return !this.tokens.isEmpty() && this.tokens.get(this.tokens.size() - 1).end() == start
					&& this.tokens.get(this.tokens.size() - 1).is("e");
		}

		private void token(Kind kind, int start) {
			this.tokens.add(new Token(kind, this.text.substring(start, this.at), start, this.at));
		}

		private int behind(String end, int from) {
			var found = this.text.indexOf(end, from);
			return (found < 0) ? this.text.length() : found + end.length();
		}

		private void comment() {
			var depth = 0;
			do {
				if (this.text.startsWith("/*", this.at)) {
					depth++;
					this.at += 2;
				}
				else if (this.text.startsWith("*/", this.at)) {
					depth--;
					this.at += 2;
				}
				else {
					this.at++;
				}
			}
			while (depth > 0 && this.at < this.text.length());
		}

		private void quoted(char quote, boolean escapes) {
			this.at++;
			while (this.at < this.text.length()) {
				var character = this.text.charAt(this.at++);
				if (escapes && character == '\\') {
					this.at++;
				}
				else if (character == quote) {
					if (this.at < this.text.length() && this.text.charAt(this.at) == quote) {
						this.at++;
					}
					else {
						return;
					}
				}
			}
			this.at = Math.min(this.at, this.text.length());
		}

		private boolean dollar() {
			var end = this.text.indexOf('$', this.at + 1);
			if (end < 0
					|| !this.text.substring(this.at + 1, end).matches("([A-Za-z_\\x80-\\uffff][\\w\\x80-\\uffff]*)?")) {
				return false;
			}
			var tag = this.text.substring(this.at, end + 1);
			this.at = behind(tag, end + 1);
			return true;
		}

	}

}
