package dev.backout.flag;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A switch that applications ask for.
 *
 * @param key as applications know it
 * @param title as people read it
 * @param type what it is for
 * @param stage how far its life is
 * @param owner person or rotation that answers for it
 * @param on whether it is on for anybody
 * @param percentage of users that get it while it is on, from 0 to 100
 * @param activation when it is right to switch it on, in a sentence
 * @param termination when it has done its work, in a sentence
 * @param target database in which the changesets must be applied
 * @param changesets Liquibase changesets ({@code author:id}) that must be applied while
 * it is on
 * @param createdAt when it was declared
 * @param expectedLife after which it counts as stale
 * @param changedAt when its state last changed
 * @param changedBy who changed it
 * @param version counts up with every change of its state
 */
public record Flag(String key, String title, FlagType type, Stage stage, String owner, boolean on, int percentage,
		@Nullable String activation, @Nullable String termination, @Nullable String target, List<String> changesets,
		Instant createdAt, Duration expectedLife, Instant changedAt, String changedBy, long version) {

	public Flag {
		changesets = List.copyOf(changesets);
	}

	/** Whether it outlived its purpose: somebody must end or renew it. */
	public boolean stale(Instant now) {
		return this.stage != Stage.ARCHIVED && now.isAfter(this.createdAt.plus(this.expectedLife));
	}

}
