package dev.backout.catalog;

import java.util.List;

/**
 * People who get messages but have no log-in.
 *
 * @param id stable name such as {@code stakeholders}
 * @param name as people read it
 * @param emails where messages go
 */
public record Audience(String id, String name, List<String> emails) {

	public Audience {
		emails = List.copyOf(emails);
	}

}
