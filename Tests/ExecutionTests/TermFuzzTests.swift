// SPDX-License-Identifier: Apache-2.0

import CZ3
import LLVMIR
import Testing

@testable import Execution
@testable import SMT

/// Random terms, simplified as they are made, against the same operators on plain numbers.
struct TermFuzzTests {
  /// A term and its value under the assignment.
  private struct Pair {
    var term: Term
    var value: UInt64
  }

  private struct Builder {
    let pool = TermPool()
    var random: Randomness
    var assignment = Assignment()
    var pairs: [Pair] = []

    init(seed: UInt64) { random = Randomness(seed: seed) }

    mutating func addSymbol(_ number: Int) {
      let width = [1, 3, 8, 16, 32, 64, 64, 64].randomElement(using: &random) ?? 64
      let mask = Term.mask(width)
      let kind = random.next() % 4
      var low = kind == 0 ? 0 : random.edge() & mask
      var high = kind == 0 ? mask : low &+ random.next() % 200
      if high < low || high > mask { (low, high) = (0, mask) }
      if kind == 3, width == 64 { (low, high) = (1, 1 << (8 + random.next() % 40)) }
      let span = high &- low
      let pick = random.next() % 4
      let offset = pick == 0 ? 0 : pick == 1 ? span : random.edge()
      let value = span == .max ? offset : low + offset % (span + 1)
      let name = "s\(number)"
      pairs.append(Pair(term: pool.symbol(name, width: width, in: low...high), value: value))
      assignment.values[name] = value
    }

    mutating func any() -> Pair {
      if random.next() % 4 == 0 {
        let width = [1, 8, 32, 64].randomElement(using: &random) ?? 64
        let value = random.next() % 2 == 0 ? random.next() % 17 : random.edge()
        return Pair(term: Term(value, width: width), value: value & Term.mask(width))
      }
      return pairs.randomElement(using: &random) ?? Pair(term: .yes, value: 1)
    }

    /// A pair of a width, made of any.
    mutating func any(width: Int) -> Pair {
      let pair = any()
      if pair.term.width == width { return pair }
      return Pair(
        term: pool.resize(pair.term, to: width), value: pair.value & Term.mask(width))
    }

    /// What addresses and sizes are made of: a · 2^n ± b · 2^m + c, a shift or a mask after it.
    mutating func linearStep() {
      let a = any()
      let width = a.term.width
      let mask = Term.mask(width)
      let b = any(width: width)
      let n = random.next() % 5
      let m = random.next() % 5
      let factor = (random.next() % 2 == 0 ? 1 : UInt64.max) << m
      let constant = (random.next() % 20 &- 10) << (random.next() % 5)
      var term = pool.mul(a.term, Term(1 << n, width: width))
      var value = a.value << n
      if random.next() % 3 > 0 {
        term = pool.add(term, pool.mul(b.term, Term(factor, width: width)))
        value &+= b.value &* factor
      }
      term = pool.add(term, Term(constant, width: width))
      value = (value &+ constant) & mask
      let amount = random.next() % 5
      let operand = Term(amount, width: width)
      switch random.next() % 5 {
      case 0:
        term = pool.lshr(term, operand)
        value = Plain.binary(.lshr, value, operand.constant ?? 0, width)
      case 1:
        term = pool.and(term, Term(~0 << amount, width: width))
        value &= ~0 << amount
      case 2:
        term = pool.and(term, Term((1 << amount) - 1, width: width))
        value &= (1 << amount) - 1
      default: break
      }
      pairs.append(Pair(term: term, value: value & mask))
    }

    mutating func step() {
      if random.next() % 3 == 0 { return linearStep() }
      let a = any()
      let width = a.term.width
      let mask = Term.mask(width)
      let shape = random.next() % 10
      let term: Term
      let value: UInt64
      switch shape {
      case 0...5:
        let b = any(width: width)
        let op = BinaryOperator.allCases.randomElement(using: &random) ?? .add
        term = pool.apply(op, a.term, b.term)
        value = Plain.binary(op, a.value, b.value, width)
      case 6:
        let b = any(width: width)
        let op = Comparison.allCases.randomElement(using: &random) ?? .eq
        term = pool.apply(op, a.term, b.term)
        value = Plain.compare(op, a.value, b.value, width) ? 1 : 0
      case 7:
        let condition = any(width: 1)
        let b = any(width: width)
        term = pool.choose(condition.term, a.term, b.term)
        value = condition.value == 1 ? a.value : b.value
      case 8:
        let wide = Int.random(in: width...64, using: &random)
        let isSigned = random.next() % 2 == 0
        term = isSigned ? pool.signExtend(a.term, to: wide) : pool.zeroExtend(a.term, to: wide)
        value =
          isSigned ? UInt64(bitPattern: Plain.signed(a.value, width)) & Term.mask(wide) : a.value
      default:
        let b = any()
        if width + b.term.width <= 64, random.next() % 2 == 0 {
          term = pool.concat(a.term, b.term)
          value = a.value << UInt64(b.term.width) | b.value
        } else {
          let low = Int.random(in: 0..<width, using: &random)
          let bits = Int.random(in: 1...(width - low), using: &random)
          term = pool.extract(a.term, low: low, width: bits)
          value = (a.value & mask) >> UInt64(low) & Term.mask(bits)
        }
      }
      pairs.append(Pair(term: term, value: value))
    }
  }

  @Test(arguments: 0..<8)
  func simplifiedTermsKeepTheirValue(_ part: Int) throws {
    for seed in 0..<100 {
      var builder = Builder(seed: UInt64(1000 * part + seed))
      for number in 0..<4 { builder.addSymbol(number) }
      for _ in 0..<40 { builder.step() }
      var evaluator = Evaluator(pool: builder.pool, assignment: builder.assignment)
      for (number, pair) in builder.pairs.enumerated() {
        let value = evaluator.value(of: pair.term)
        try #require(value == pair.value, "seed \(1000 * part + seed), pair \(number)")
        let range = builder.pool.range(of: pair.term)
        try #require(range.contains(value), "the range, seed \(1000 * part + seed), pair \(number)")
        let zeros = builder.pool.known(pair.term).trailingZeros
        try #require(
          value & Term.mask(min(zeros, 64)) == 0, "zeros, seed \(1000 * part + seed), \(number)")
      }
    }
  }

  @Test func theSolverAgreesWithTheEvaluator() throws {
    for seed in 0..<12 {
      var builder = Builder(seed: UInt64(50_000 + seed))
      for number in 0..<4 { builder.addSymbol(number) }
      for _ in 0..<12 { builder.step() }
      let pool = builder.pool
      let solver = try Solver(pool: pool, budget: Budget())
      let symbols = builder.pairs.prefix(4).map {
        pool.equal($0.term, Term($0.value, width: $0.term.width))
      }
      var same = Term.yes
      for pair in builder.pairs {
        same = pool.and(same, pool.equal(pair.term, Term(pair.value, width: pair.term.width)))
      }
      let facts = symbols.filter { $0.constant == nil }
      #expect(try solver.check(facts + [pool.not(same)]) == .unsatisfiable, "seed \(seed)")
      guard case .satisfiable = try solver.check(facts + [same]) else {
        Issue.record("seed \(seed): the values are impossible")
        continue
      }
    }
  }
}

extension TermFuzzTests {
  /// What is printed is read by Z3's own reader, and has the same values.
  @Test func printedTermsKeepTheirValue() throws {
    for seed in 0..<12 {
      var builder = Builder(seed: UInt64(70_000 + seed))
      for number in 0..<4 { builder.addSymbol(number) }
      for _ in 0..<12 { builder.step() }
      let pool = builder.pool
      let facts = builder.pairs.prefix(4).map {
        pool.equal($0.term, Term($0.value, width: $0.term.width))
      }
      for pair in builder.pairs {
        let same = pool.equal(pair.term, Term(pair.value, width: pair.term.width))
        #expect(try answer(facts + [same], pool) == "sat", "seed \(seed)")
        #expect(try answer(facts + [pool.not(same)], pool) == "unsat", "seed \(seed)")
      }
    }
  }

  private func answer(_ facts: [Term], _ pool: TermPool) throws -> String {
    var printer = SMTLIBPrinter(pool: pool)
    let lines = printer.preparation(for: facts) + facts.map(printer.assertion) + ["(check-sat)"]
    let context = try Z3Context()
    let said = Z3_eval_smtlib2_string(context.handle, lines.joined(separator: "\n"))
    return said.map { String(cString: $0).filter { !$0.isWhitespace } } ?? ""
  }
}

/// Machine arithmetic on plain numbers, with SMT-LIB's division by zero.
private enum Plain {
  static func signed(_ a: UInt64, _ width: Int) -> Int64 {
    Int64(bitPattern: a << UInt64(64 - width)) >> Int64(64 - width)
  }

  static func binary(_ op: BinaryOperator, _ a: UInt64, _ b: UInt64, _ width: Int) -> UInt64 {
    let mask = Term.mask(width)
    let x = signed(a, width)
    let y = signed(b, width)
    switch op {
    case .add: return (a &+ b) & mask
    case .sub: return (a &- b) & mask
    case .mul: return (a &* b) & mask
    case .udiv: return b == 0 ? mask : a / b
    case .urem: return b == 0 ? a : a % b
    case .sdiv:
      if b == 0 { return x < 0 ? 1 : mask }
      return UInt64(bitPattern: x.dividedReportingOverflow(by: y).partialValue) & mask
    case .srem:
      if b == 0 { return a }
      return UInt64(bitPattern: x.remainderReportingOverflow(dividingBy: y).partialValue) & mask
    case .shl: return b >= UInt64(width) ? 0 : (a << b) & mask
    case .lshr: return b >= UInt64(width) ? 0 : a >> b
    case .ashr: return UInt64(bitPattern: x >> Int64(min(b, 63))) & mask
    case .and: return a & b
    case .or: return a | b
    case .xor: return a ^ b
    }
  }

  static func compare(_ op: Comparison, _ a: UInt64, _ b: UInt64, _ width: Int) -> Bool {
    let x = signed(a, width)
    let y = signed(b, width)
    return switch op {
    case .eq: a == b
    case .ne: a != b
    case .ult: a < b
    case .ule: a <= b
    case .ugt: a > b
    case .uge: a >= b
    case .slt: x < y
    case .sle: x <= y
    case .sgt: x > y
    case .sge: x >= y
    }
  }
}
