package dev.backout.backup;

import java.net.URI;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where second copies go: a bucket with object lock, or else another directory.
 *
 * @param directory another disk, or a mounted share
 * @param bucket S3 bucket with object lock enabled
 * @param prefix of its keys
 * @param endpoint address of an S3 that is not Amazon's
 * @param region of the bucket
 * @param accessKey id of the key
 * @param secretKey by reference: {@code env:NAME} or {@code file:/path}
 * @param mode {@code governance}: who has the right may shorten; {@code compliance}:
 * nobody may
 * @param partSize bytes of a part of an upload; as much memory is used
 */
@ConfigurationProperties("backout.backup.second")
record SecondStoreProperties(@Nullable Path directory, @Nullable String bucket, @DefaultValue("backout/") String prefix,
		@Nullable URI endpoint, @DefaultValue("us-east-1") String region, @Nullable String accessKey,
		@Nullable String secretKey, @DefaultValue("governance") String mode, @DefaultValue("16777216") int partSize) {
}
