// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// The `llvm.*` intrinsics that clang prints at -O0.
extension Machine {
  func llvmIntrinsic(
    _ name: String, _ arguments: Arguments, _ result: Shape, _ state: inout State
  ) throws(Interruption) -> Value {
    // "llvm.umul.with.overflow.i64": the types behind the name.
    let parts = name.split(separator: ".")
    let stem = parts.dropFirst().prefix { !Machine.isTypeSuffix($0) }.joined(separator: ".")
    switch stem {
    case "memcpy", "memmove", "memcpy.inline":
      let size = try enumerate(arguments.term(2), state)
      if size > 0 {
        try copyMemory(
          to: arguments.term(0), from: arguments.term(1), size: Int(clamping: size), &state)
      }
      return .undefined
    case "memset", "memset.inline":
      let size = try enumerate(arguments.term(2), state)
      if size > 0 {
        try setMemory(arguments.term(0), arguments.term(1), size: Int(clamping: size), &state)
      }
      return .undefined
    case "uadd.with.overflow", "usub.with.overflow", "umul.with.overflow", "sadd.with.overflow",
      "ssub.with.overflow", "smul.with.overflow":
      return try overflowing(stem, arguments.term(0), arguments.term(1))
    case "trap", "debugtrap", "ubsantrap":
      try require(.no, settings.properties.trap, "the processor traps", state)
      return .undefined
    case "returnaddress", "frameaddress": return .term(Term(Program.functionBase, width: 64))
    case "stacksave", "stackrestore":
      throw .failure("arrays of variable length are not supported")
    default:
      guard Machine.scalarStems.contains(stem) else {
        throw .failure("the intrinsic \(name) is not supported")
      }
      return .term(try scalar(stem, arguments))
    }
  }

  private static func isTypeSuffix(_ part: Substring) -> Bool {
    guard let first = part.first, first == "i" || first == "p" else { return false }
    return part.dropFirst().allSatisfy(\.isNumber) && part.count > 1
  }

  private static let scalarStems: Set<String> = [
    "expect", "expect.with.probability", "ssa.copy", "is.constant", "ctpop", "ctlz", "cttz",
    "bswap", "bitreverse", "fshl", "fshr", "abs", "umin", "umax", "smin", "smax",
  ]

  private func scalar(
    _ stem: String, _ arguments: Arguments
  ) throws(Interruption) -> Term {
    let a = try arguments.term(0)
    let zero = Term(0, width: a.width)
    switch stem {
    case "expect", "expect.with.probability", "ssa.copy": return a
    case "is.constant": return .no
    case "ctpop": return population(a)
    case "ctlz": return leadingZeros(a)
    case "cttz": return trailingZeros(a)
    case "bswap": return swapped(a)
    case "bitreverse":
      return (1..<a.width).reduce(bit(a, 0)) { pool.concat($0, bit(a, $1)) }
    case "fshl", "fshr":
      return try funnel(
        a, arguments.term(1), arguments.term(2), isLeft: stem == "fshl")
    case "abs": return pool.choose(pool.lessSigned(a, zero), pool.sub(zero, a), a)
    default:
      let b = try arguments.term(1)
      let isLess = stem.hasPrefix("u") ? pool.less(a, b) : pool.lessSigned(a, b)
      return stem.hasSuffix("min") ? pool.choose(isLess, a, b) : pool.choose(isLess, b, a)
    }
  }

  // MARK: Bits

  private func bit(_ a: Term, _ index: Int) -> Term { pool.extract(a, low: index, width: 1) }

  private func population(_ a: Term) -> Term {
    (0..<a.width).reduce(Term(0, width: a.width)) { sum, index in
      pool.add(sum, pool.zeroExtend(bit(a, index), to: a.width))
    }
  }

  private func leadingZeros(_ a: Term) -> Term {
    (0..<a.width).reduce(Term(UInt64(a.width), width: a.width)) { result, index in
      pool.choose(bit(a, index), Term(UInt64(a.width - 1 - index), width: a.width), result)
    }
  }

  private func trailingZeros(_ a: Term) -> Term {
    (0..<a.width).reversed().reduce(Term(UInt64(a.width), width: a.width)) { result, index in
      pool.choose(bit(a, index), Term(UInt64(index), width: a.width), result)
    }
  }

  private func swapped(_ a: Term) -> Term {
    let bytes = (0..<a.width / 8).map { pool.extract(a, low: 8 * $0, width: 8) }
    return bytes.dropFirst().reduce(bytes[0]) { pool.concat($0, $1) }
  }

  /// The upper (left) or lower half of a above b, shifted; a rotation where both are the same.
  private func funnel(_ a: Term, _ b: Term, _ amount: Term, isLeft: Bool) -> Term {
    let width = Term(UInt64(a.width), width: a.width)
    let shift = pool.urem(amount, width)
    let back = pool.sub(width, shift)
    // A shift by the whole width gives 0, as it must: the other half is all there is then.
    return isLeft
      ? pool.or(pool.shl(a, shift), pool.lshr(b, back))
      : pool.or(pool.shl(a, back), pool.lshr(b, shift))
  }

  // MARK: Overflow

  /// The result modulo 2^width and whether it wrapped.
  private func overflowing(
    _ stem: String, _ a: Term, _ b: Term
  ) throws(Interruption) -> Value {
    let zero = Term(0, width: a.width)
    let value: Term
    let wraps: Term
    switch stem {
    case "uadd.with.overflow":
      value = pool.add(a, b)
      wraps = pool.less(value, a)
    case "usub.with.overflow":
      value = pool.sub(a, b)
      wraps = pool.less(a, b)
    case "umul.with.overflow":
      value = pool.mul(a, b)
      wraps = productWraps(a, b)
    case "sadd.with.overflow":
      value = pool.add(a, b)
      let bIsNegative = pool.lessSigned(b, zero)
      wraps = pool.xor(bIsNegative, pool.lessSigned(value, a))
    case "ssub.with.overflow":
      value = pool.sub(a, b)
      let bIsPositive = pool.lessSigned(zero, b)
      wraps = pool.xor(bIsPositive, pool.lessSigned(value, a))
    default:
      value = pool.mul(a, b)
      wraps = signedProductWraps(a, b, value)
    }
    return .aggregate([.term(value), .term(wraps)])
  }

  private func productWraps(_ a: Term, _ b: Term) -> Term {
    let first = pool.range(of: a).upperBound
    let second = pool.range(of: b).upperBound
    let limit = UInt64.max >> UInt64(64 - a.width)
    let (product, overflow) = first.multipliedReportingOverflow(by: second)
    if !overflow, product <= limit { return .no }
    if a.constant != nil, b.constant == nil { return productWraps(b, a) }
    let all = Term(limit, width: a.width)
    let isZero = pool.equal(b, Term(0, width: b.width))
    return pool.choose(isZero, .no, pool.less(pool.udiv(all, b), a))
  }

  private func signedProductWraps(_ a: Term, _ b: Term, _ product: Term) -> Term {
    if a.width <= 32 {
      let wide = pool.mul(
        pool.signExtend(a, to: 2 * a.width), pool.signExtend(b, to: 2 * a.width))
      return pool.not(pool.equal(wide, pool.signExtend(product, to: 2 * a.width)))
    }
    let zero = Term(0, width: a.width)
    let minusOne = Term(.max, width: a.width)
    let least = Term(UInt64(1) << UInt64(a.width - 1), width: a.width)
    let isOdd = pool.and(pool.equal(a, minusOne), pool.equal(b, least))
    let differs = pool.not(pool.equal(pool.sdiv(product, a), b))
    return pool.choose(pool.equal(a, zero), .no, pool.or(isOdd, differs))
  }
}
