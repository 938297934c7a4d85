// SPDX-License-Identifier: Apache-2.0

/// What a proved property of a spec rests on, as a text in SMT-LIB 2 that needs nothing else: each
/// question of the proof's search, over bit-vectors, and in comments what the questions are about.
public struct ProofRecord: Sendable, Hashable {
  /// The spec's name in C.
  public var spec: String
  /// What is proved of it.
  public var property: Property
  /// The text.
  public var text: String

  /// The first line of every record, whatever its version.
  public static let mark = "; vmapcheck proof record "
  /// The version of the form.
  public static let currentSchema = 1
  /// Before the digest of all lines that follow it.
  public static let digestMark = "; SHA-256 of all below: "
  /// Before the spec's name and the property's, with a dot between them.
  public static let nameMark = "; of: "
  /// Before the number of questions.
  public static let countMark = "; questions: "
}
