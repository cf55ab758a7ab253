package dev.backout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.backout.people.Role;

/** The page that says which role gets through to which address. */
final class AccessReference {

	static final Path PAGE = Path.of("docs/reference/access.md");

	private AccessReference() {
	}

	/** What an address answers to a role. */
	enum Answer {

		YES("yes"), NO("no"), LOOKS("\u00b7");

		private final String mark;

		Answer(String mark) {
			this.mark = mark;
		}

		static Answer of(int status) {
			return (status == 403) ? NO : (status < 400) ? YES : LOOKS;
		}

	}

	static String page(Collection<String> open, Map<String, Map<Role, Answer>> rows) {
		var page = new StringBuilder(
				"""
								# Who may do what

								Every address of the pages and of REST, and what it answers to somebody who has one role alone. Roles add up.
								`yes`: the role is let in; what is asked for may still be refused, such as an approval of one's own request.
						`no`: refused, whatever is asked for. `\u00b7`: what is asked for is looked at first, and what the test asks
						for does not exist; a viewer leaves no trace there either, which the same test shows.

						This page is made by asking each address: `mvn test -Dtest=AccessTests -Dbackout.write-reference=true` writes
								it again.

								Open to everybody, without a log-in: %s.
								"""
					.formatted(new TreeSet<>(open).stream().map("`%s`"::formatted).collect(Collectors.joining(", "))));
		table(page, "Pages", rows, false);
		table(page, "REST", rows, true);
		return page.toString();
	}

	private static void table(StringBuilder page, String title, Map<String, Map<Role, Answer>> rows, boolean machines) {
		page.append("\n## %s\n\n| address |".formatted(title));
		Arrays.stream(Role.values())
			.forEach((role) -> page.append(" %s |".formatted(role.name().toLowerCase(Locale.ROOT))));
		page.append("\n| --- |").append(" --- |".repeat(Role.values().length)).append("\n");
		rows.forEach((address, answers) -> {
			if (machines == address.matches("\\S+ /(api|ofrep)/.*")) {
				page.append("| `%s` |".formatted(address));
				answers.forEach((role, answer) -> page.append(" %s |".formatted(answer.mark)));
				page.append("\n");
			}
		});
	}

	static void write(Collection<String> open, Map<String, Map<Role, Answer>> rows) throws IOException {
		Files.writeString(PAGE, page(open, rows));
	}

}
