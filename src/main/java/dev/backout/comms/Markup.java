package dev.backout.comms;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The little markup that templates may use: headings ({@code ## }), lists ({@code - }),
 * paragraphs, bold ({@code **x**}) and links ({@code [x]({{url}})}). It is applied to the
 * template, never to a value, so a value cannot become a link.
 */
final class Markup {

	private static final Pattern LONE_TAG = Pattern.compile("\\s*\\{\\{[#^/][A-Za-z]+}}\\s*");

	private static final Pattern BOLD = Pattern.compile("\\*\\*(.+?)\\*\\*");

	private static final Pattern LINK = Pattern.compile("\\[([^\\]]+)]\\((\\{\\{[A-Za-z]+}})\\)");

	private final StringBuilder html = new StringBuilder();

	private final List<String> paragraph = new ArrayList<>();

	private final List<String> items = new ArrayList<>();

	private Markup() {
	}

	/** The template's HTML form, its gaps still open. */
	static String html(String body) {
		var markup = new Markup();
		body.lines().forEach(markup::line);
		markup.close();
		return markup.html.toString();
	}

	/** The template's plain form, its gaps still open. */
	static String text(String body) {
		var plain = LINK.matcher(BOLD.matcher(body).replaceAll("$1")).replaceAll("$1: $2");
		return plain.lines()
			.map((line) -> line.startsWith("## ") ? line.substring(3).toUpperCase(Locale.ROOT) : line)
			.collect(Collectors.joining("\n", "", "\n"));
	}

	private void line(String line) {
		if (LONE_TAG.matcher(line).matches()) {
			close();
			this.html.append(line.strip()).append('\n');
		}
		else if (line.startsWith("## ")) {
			close();
			this.html.append("<h2>").append(inline(line.substring(3))).append("</h2>\n");
		}
		else if (line.startsWith("- ")) {
			closeParagraph();
			this.items.add("<li>" + inline(line.substring(2)) + "</li>");
		}
		else if (line.isBlank()) {
			close();
		}
		else {
			closeItems();
			this.paragraph.add(inline(line));
		}
	}

	private void close() {
		closeParagraph();
		closeItems();
	}

	private void closeParagraph() {
		if (!this.paragraph.isEmpty()) {
			var lone = this.paragraph.size() == 1 && this.paragraph.get(0).matches("<a [^>]*>[^<]*</a>");
			this.html.append(lone ? "<p class=\"deed\">" : "<p>")
				.append(String.join("\n", this.paragraph))
				.append("</p>\n");
			this.paragraph.clear();
		}
	}

	private void closeItems() {
		if (!this.items.isEmpty()) {
			this.html.append("<ul>\n").append(String.join("\n", this.items)).append("\n</ul>\n");
			this.items.clear();
		}
	}

	private static String inline(String line) {
		var safe = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
		var linked = LINK.matcher(safe)
			.replaceAll((link) -> Matcher
				.quoteReplacement("<a href=\"%s\">%s</a>".formatted(link.group(2), link.group(1))));
		return BOLD.matcher(linked).replaceAll("<strong>$1</strong>");
	}

}
