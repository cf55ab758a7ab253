/** The append-only, tamper-evident record of who did what, when, on what. */
@NullMarked
package dev.backout.ledger;

import org.jspecify.annotations.NullMarked;
