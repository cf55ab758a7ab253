/** Flags over HTTP: for applications by OpenFeature's protocol, and for the pages. */
@NullMarked
package dev.backout.flag.web;

import org.jspecify.annotations.NullMarked;
