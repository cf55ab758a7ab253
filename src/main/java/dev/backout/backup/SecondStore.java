package dev.backout.backup;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

import dev.backout.database.Secret;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;

/** The place for second copies, where one is named. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SecondStoreProperties.class)
class SecondStore {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	@Bean
	@ConditionalOnProperty("backout.backup.second.bucket")
	CopyStore secondBucket(SecondStoreProperties properties, BackupFiles files) {
		return open(properties, files.store());
	}

	@Bean
	@ConditionalOnProperty(name = "backout.backup.second.directory")
	@org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean(CopyStore.class)
	CopyStore secondDirectory(SecondStoreProperties properties, BackupFiles files) {
		return open(properties, files.store());
	}

	static CopyStore open(SecondStoreProperties properties, FileStore first) {
		if (properties.bucket() == null) {
			return new DirectoryCopies(first.beside(Objects.requireNonNull(properties.directory())));
		}
		return new S3Copies(client(properties.endpoint(), properties.region(), credentials(properties)),
				properties.bucket(), properties.prefix(),
				ObjectLockMode.fromValue(properties.mode().toUpperCase(Locale.ROOT)), properties.partSize());
	}

	private static AwsCredentialsProvider credentials(SecondStoreProperties properties) {
		if (properties.accessKey() == null) {
			return DefaultCredentialsProvider.builder().build();
		}
		var secret = Secret.of(Objects.requireNonNullElse(properties.secretKey(), ""));
		return StaticCredentialsProvider.create(AwsBasicCredentials.create(properties.accessKey(), secret.value()));
	}

	/** Path style, because other servers than Amazon's have no host for each bucket. */
	static S3Client client(@Nullable URI endpoint, String region, AwsCredentialsProvider credentials) {
		var builder = S3Client.builder()
			.region(Region.of(region))
			.credentialsProvider(credentials)
			.httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(PATIENCE))
			.overrideConfiguration((override) -> override.apiCallAttemptTimeout(PATIENCE.multipliedBy(5)));
		if (endpoint != null) {
			builder.endpointOverride(endpoint).forcePathStyle(true);
		}
		return builder.build();
	}

}
