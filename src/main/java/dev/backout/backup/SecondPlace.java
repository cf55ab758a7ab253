package dev.backout.backup;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * A place with second copies, to fetch from when the first are gone: a bucket or a
 * directory.
 */
public final class SecondPlace {

	private static final Pattern BUCKET = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?");

	private static final int PART = 16 << 20;

	private final SecondStoreProperties properties;

	private SecondPlace(SecondStoreProperties properties) {
		this.properties = properties;
	}

	/**
	 * Names a place.
	 * @param address {@code s3://bucket/prefix/}, or a directory
	 * @param endpoint of an S3 that is not Amazon's
	 * @param accessKey id of the key, {@code null} for what the environment offers
	 * @param secretKey by reference
	 * @param mode of the locks on what is copied there: {@code governance} or
	 * {@code compliance}
	 */
	public static SecondPlace of(String address, @Nullable URI endpoint, String region, @Nullable String accessKey,
			@Nullable String secretKey, String mode) {
		if (!Set.of("governance", "compliance").contains(mode)) {
			throw new Rejected("backup.store", "A lock is 'governance' or 'compliance', not '%s'".formatted(mode));
		}
		var bucket = BUCKET.matcher(address);
		if (bucket.matches()) {
			var prefix = (bucket.group(2) != null) ? bucket.group(2) : "";
			return new SecondPlace(new SecondStoreProperties(null, bucket.group(1),
					(prefix.isEmpty() || prefix.endsWith("/")) ? prefix : prefix + "/", endpoint, region, accessKey,
					secretKey, mode, PART));
		}
		var directory = address.startsWith("file:") ? Path.of(URI.create(address)) : Path.of(address);
		if (address.startsWith("s3:") || !Files.isDirectory(directory)) {
			throw new Rejected("backup.store",
					"'%s' is no place with copies: s3://bucket/prefix/, or a directory that is there"
						.formatted(address));
		}
		return new SecondPlace(
				new SecondStoreProperties(directory, null, "", endpoint, region, null, null, mode, PART));
	}

	CopyStore open(FileStore first) {
		return SecondStore.open(this.properties, first);
	}

}
