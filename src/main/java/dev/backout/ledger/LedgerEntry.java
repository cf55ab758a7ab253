package dev.backout.ledger;

import java.time.Instant;

/**
 * A deed in its place.
 *
 * @param id the number that {@link Ledger#append} gave
 * @param index place in the tree, from 0
 * @param at when, by the database's clock
 * @param deed what was done
 * @param leaf the canonical JSON that was hashed
 * @param hash leaf hash in Base64
 */
public record LedgerEntry(long id, long index, Instant at, Deed deed, String leaf, String hash) {
}
