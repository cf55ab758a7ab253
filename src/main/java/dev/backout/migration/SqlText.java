package dev.backout.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * SQL made easy to match: no comments, one blank between words, lower case, the contents
 * of literals and of dollar-quoted bodies taken out, plain quoted names without quotes.
 */
final class SqlText {

	private static final Pattern TAG = Pattern.compile("\\$([A-Za-z_][A-Za-z0-9_]*)?\\$");

	private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_$]*");

	private final String sql;

	private final StringBuilder out = new StringBuilder();

	private final List<String> statements = new ArrayList<>();

	private int at;

	private int depth;

	private SqlText(String sql) {
		this.sql = sql;
	}

	/** The statements in a piece of SQL, each made plain. */
	static List<String> statements(String sql) {
		return new SqlText(sql).read();
	}

	/** Splits at commas that no parenthesis holds. */
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

	private List<String> read() {
		while (this.at < this.sql.length()) {
			step();
		}
		end();
		return this.statements;
	}

	private void step() {
		char c = this.sql.charAt(this.at);
		if (this.sql.startsWith("--", this.at)) {
			var end = this.sql.indexOf('\n', this.at);
			this.at = (end < 0) ? this.sql.length() : end;
		}
		else if (this.sql.startsWith("/*", this.at)) {
			skipComment();
		}
		else if (c == '\'') {
			skipLiteral();
		}
		else if (c == '"') {
			name();
		}
		else if (c == '$' && dollarQuoted()) {
			this.out.append("$$");
		}
		else {
			plain(c);
		}
	}

	private void plain(char c) {
		this.at++;
		if (c == ';' && this.depth == 0 && !inBody()) {
			end();
		}
		else if (Character.isWhitespace(c)) {
			blank();
		}
		else {
			this.depth += (c == '(') ? 1 : (c == ')' && this.depth > 0) ? -1 : 0;
			this.out.append(Character.toLowerCase(c));
		}
	}

	private void blank() {
		if (!this.out.isEmpty() && this.out.charAt(this.out.length() - 1) != ' ') {
			this.out.append(' ');
		}
	}

	/** A routine's body in standard SQL holds semicolons of its own. */
	private boolean inBody() {
		return this.out.indexOf("begin atomic") > 0 && !this.out.toString().strip().endsWith(" end");
	}

	private void end() {
		var text = this.out.toString().strip();
		if (!text.isEmpty()) {
			this.statements.add(text);
		}
		this.out.setLength(0);
		this.depth = 0;
	}

	private void skipComment() {
		var open = 1;
		this.at += 2;
		while (this.at < this.sql.length() && open > 0) {
			if (this.sql.startsWith("*/", this.at)) {
				open--;
				this.at += 2;
			}
			else if (this.sql.startsWith("/*", this.at)) {
				open++;
				this.at += 2;
			}
			else {
				this.at++;
			}
		}
		blank();
	}

	private void skipLiteral() {
		var escapes = this.out.length() > 0 && this.out.charAt(this.out.length() - 1) == 'e'
				&& (this.out.length() == 1 || !Character.isLetterOrDigit(this.out.charAt(this.out.length() - 2)));
		this.at++;
		while (this.at < this.sql.length()) {
			char c = this.sql.charAt(this.at);
			if (escapes && c == '\\') {
				this.at += 2;
			}
			else if (c == '\'' && this.sql.startsWith("''", this.at)) {
				this.at += 2;
			}
			else if (c == '\'') {
				break;
			}
			else {
				this.at++;
			}
		}
		this.at++;
		this.out.append("''");
	}

	private void name() {
		var end = this.sql.indexOf('"', this.at + 1);
		var name = this.sql.substring(this.at + 1, (end < 0) ? this.sql.length() : end);
		this.out.append(PLAIN.matcher(name).matches() ? name : '"' + name.replace(' ', '_') + '"');
		this.at = (end < 0) ? this.sql.length() : end + 1;
	}

	private boolean dollarQuoted() {
		var tag = TAG.matcher(this.sql).region(this.at, this.sql.length());
		if (!tag.lookingAt() || (!this.out.isEmpty() && isWord(this.out.charAt(this.out.length() - 1)))) {
			return false;
		}
		var end = this.sql.indexOf(tag.group(), tag.end());
		this.at = (end < 0) ? this.sql.length() : end + tag.group().length();
		return true;
	}

	private static boolean isWord(char c) {
		return Character.isLetterOrDigit(c) || c == '_';
	}

	/** The first words, for a message. */
	static String head(String statement) {
		var text = statement.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
		return (text.length() <= 60) ? text : text.substring(0, 57) + "...";
	}

}
