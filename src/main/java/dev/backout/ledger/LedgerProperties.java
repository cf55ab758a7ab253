package dev.backout.ledger;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The ledger.
 *
 * @param origin name of this log in its checkpoints; choose one per installation
 * @param keyFile signing key; default {@code ledger.key} in the data directory. Nodes of
 * one installation share it
 */
@ConfigurationProperties("backout.ledger")
record LedgerProperties(@DefaultValue("backout/ledger") String origin, @Nullable Path keyFile) {
}
