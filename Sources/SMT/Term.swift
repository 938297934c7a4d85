// SPDX-License-Identifier: Apache-2.0

/// A bit-vector value of 1 to 64 bits: a constant, or a node of a `TermPool`.
///
/// Truth values are terms of width 1. Terms of one pool are equal where they are the same node;
/// terms of different pools must not be mixed.
public struct Term: Hashable, Sendable {
  /// A constant's value, zero-extended; 0 for a node.
  let bits: UInt64
  /// The node's index, or -1 for a constant.
  let index: Int32
  private let size: UInt8

  /// The number of bits.
  public var width: Int { Int(size) }

  init(width: Int, node index: Int32) {
    size = UInt8(truncatingIfNeeded: width)
    self.index = index
    bits = 0
  }

  /// A constant: the low `width` bits of `value`.
  public init(_ value: UInt64, width: Int) {
    size = UInt8(truncatingIfNeeded: width)
    index = -1
    bits = value & Term.mask(width)
  }

  /// The value of a constant, zero-extended to 64 bits; nil for anything else.
  public var constant: UInt64? { index < 0 ? bits : nil }

  /// True of a term that is the constant 1 of width 1.
  public var isTrue: Bool { width == 1 && constant == 1 }
  /// True of a term that is the constant 0 of width 1.
  public var isFalse: Bool { width == 1 && constant == 0 }

  /// The truth value true.
  public static let yes = Term(1, width: 1)
  /// The truth value false.
  public static let no = Term(0, width: 1)

  /// All bits of a width set.
  static func mask(_ width: Int) -> UInt64 {
    width >= 64 ? .max : (UInt64(1) << UInt64(width)) - 1
  }
}

/// The operators that stay operators: what is not folded into a sum or rewritten.
enum Operator: UInt8, Hashable, Sendable {
  case mul, udiv, urem, sdiv, srem, and, or, xor, shl, lshr, ashr
  /// Comparisons, of width 1.
  case equal, less, lessSigned
}

/// One summand of a sum.
struct Monomial: Hashable, Sendable {
  /// Modulo 2^width; the upper half of the range stands for the negative numbers.
  var coefficient: UInt64
  var term: Term
}

/// What a node is.
enum Node: Hashable, Sendable {
  case symbol(String)
  /// constant + Σ coefficient · term, modulo 2^width; terms ascend by index and are no sums.
  case sum(constant: UInt64, [Monomial])
  case binary(Operator, Term, Term)
  case choose(Term, Term, Term)
  /// The bits from `low` on, as many as the node is wide.
  case extract(Term, low: Int)
  case zeroExtend(Term)
  case signExtend(Term)
  /// The first is the upper part.
  case concat(Term, Term)
}

/// What is known of a node's value without asking a solver.
struct Facts: Sendable {
  /// The unsigned range.
  var low: UInt64
  var high: UInt64
  /// At least this many low bits are zero.
  var trailingZeros: Int
  /// A sum whose integer value (coefficients taken as signed) never leaves 0 ..< 2^width.
  var isExact: Bool
}
