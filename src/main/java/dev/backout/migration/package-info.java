/**
 * Liquibase changesets: verdicts, applying, reverting, and keeping what would be lost.
 */
@NullMarked
package dev.backout.migration;

import org.jspecify.annotations.NullMarked;
