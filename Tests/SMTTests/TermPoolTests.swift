// SPDX-License-Identifier: Apache-2.0

import SMT
import Testing

/// Random terms, built once over symbols and once over the values that these have.
private struct TermFuzzer {
  var generator: SeededGenerator
  let pool = TermPool()
  var assignment = Assignment()

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func symbol(width: Int) -> (symbolic: Term, concrete: Term) {
    let name = "s\(Int.random(in: 0..<4, using: &generator))w\(width)"
    let all = width == 64 ? UInt64.max : (UInt64(1) << UInt64(width)) - 1
    let a = interesting(all)
    let b = interesting(all)
    let term = pool.symbol(name, width: width, in: min(a, b)...max(a, b))
    let range = pool.range(of: term)
    if assignment.values[name] == nil {
      assignment.values[name] = UInt64.random(in: range, using: &generator)
    }
    let value = assignment.values[name] ?? range.lowerBound
    return (term, Term(term.constant ?? value, width: width))
  }

  mutating func interesting(_ all: UInt64) -> UInt64 {
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: return UInt64.random(in: 0...all, using: &generator)
    case 1: return UInt64.random(in: 0...min(all, 20), using: &generator)
    case 2: return all - UInt64.random(in: 0...min(all, 5), using: &generator)
    default:
      return UInt64(1) << UInt64.random(in: 0..<64, using: &generator) & all
    }
  }

  mutating func term(width: Int, depth: Int) -> (symbolic: Term, concrete: Term) {
    if depth == 0 || Int.random(in: 0..<8, using: &generator) == 0 {
      if Bool.random(using: &generator) { return symbol(width: width) }
      let all = width == 64 ? UInt64.max : (UInt64(1) << UInt64(width)) - 1
      let constant = Term(interesting(all), width: width)
      return (constant, constant)
    }
    if width == 1 { return truth(depth: depth) }
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: return widened(width: width, depth: depth)
    case 1:
      let low = Int.random(in: 0...(64 - width), using: &generator)
      let a = term(width: 64, depth: depth - 1)
      return (
        pool.extract(a.symbolic, low: low, width: width),
        pool.extract(a.concrete, low: low, width: width)
      )
    case 2:
      let condition = term(width: 1, depth: depth - 1)
      let a = term(width: width, depth: depth - 1)
      let b = term(width: width, depth: depth - 1)
      return (
        pool.choose(condition.symbolic, a.symbolic, b.symbolic),
        pool.choose(condition.concrete, a.concrete, b.concrete)
      )
    default: return binary(width: width, depth: depth)
    }
  }

  mutating func widened(width: Int, depth: Int) -> (symbolic: Term, concrete: Term) {
    let narrow = Int.random(in: 1..<width, using: &generator)
    let a = term(width: narrow, depth: depth - 1)
    switch Int.random(in: 0..<3, using: &generator) {
    case 0: return (pool.zeroExtend(a.symbolic, to: width), pool.zeroExtend(a.concrete, to: width))
    case 1: return (pool.signExtend(a.symbolic, to: width), pool.signExtend(a.concrete, to: width))
    default:
      let b = term(width: width - narrow, depth: depth - 1)
      return (pool.concat(a.symbolic, b.symbolic), pool.concat(a.concrete, b.concrete))
    }
  }

  mutating func binary(width: Int, depth: Int) -> (symbolic: Term, concrete: Term) {
    let a = term(width: width, depth: depth - 1)
    var b = term(width: width, depth: depth - 1)
    if Bool.random(using: &generator) {
      let constant = Term(interesting(.max), width: width)
      b = (constant, constant)
    }
    let operators: [(TermPool) -> (Term, Term) -> Term] = [
      TermPool.add, TermPool.sub, TermPool.mul, TermPool.udiv, TermPool.urem, TermPool.sdiv,
      TermPool.srem, TermPool.and, TermPool.or, TermPool.xor, TermPool.shl, TermPool.lshr,
      TermPool.ashr, TermPool.add, TermPool.sub, TermPool.and, TermPool.lshr,
    ]
    let op = operators[Int.random(in: 0..<operators.count, using: &generator)](pool)
    return (op(a.symbolic, b.symbolic), op(a.concrete, b.concrete))
  }

  mutating func truth(depth: Int) -> (symbolic: Term, concrete: Term) {
    let width = [1, 8, 32, 64][Int.random(in: 0..<4, using: &generator)]
    let a = term(width: width, depth: depth - 1)
    let b = term(width: width, depth: depth - 1)
    let operators: [(TermPool) -> (Term, Term) -> Term] = [
      TermPool.equal, TermPool.less, TermPool.lessSigned, TermPool.lessOrEqual,
    ]
    let op = operators[Int.random(in: 0..<operators.count, using: &generator)](pool)
    return (op(a.symbolic, b.symbolic), op(a.concrete, b.concrete))
  }
}

/// SplitMix64: the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

@Suite struct TermPoolTests {
  @Test func simplifiedTermsHaveTheValueOfTheirParts() {
    for seed in 0..<60_000 as Range<UInt64> {
      var fuzzer = TermFuzzer(seed: seed)
      let width = [1, 8, 32, 64, 64][Int(seed % 5)]
      let (symbolic, concrete) = fuzzer.term(width: width, depth: Int(seed % 5) + 1)
      var evaluator = Evaluator(pool: fuzzer.pool, assignment: fuzzer.assignment)
      let value = evaluator.value(of: symbolic)
      #expect(value == concrete.constant, "seed \(seed)")
      #expect(fuzzer.pool.range(of: symbolic).contains(value), "range, seed \(seed)")
    }
  }

  @Test func z3AgreesWithTheSimplifiedTerms() throws {
    for seed in 100_000..<100_400 as Range<UInt64> {
      var fuzzer = TermFuzzer(seed: seed)
      let width = [1, 8, 32, 64][Int(seed % 4)]
      let (symbolic, concrete) = fuzzer.term(width: width, depth: 3)
      let pool = fuzzer.pool
      let solver = try Solver(pool: pool, budget: Budget(resources: 2_000_000))
      let inputs = fuzzer.assignment.values.sorted { $0.key < $1.key }.compactMap {
        (name, value) in
        pool.symbol(named: name).map { pool.equal($0, Term(value, width: $0.width)) }
      }
      let same = pool.equal(symbolic, Term(concrete.constant ?? 0, width: width))
      #expect(try solver.check(inputs + [pool.not(same)]) == .unsatisfiable, "seed \(seed)")
    }
  }

  @Test func nothingThatHoldsIsRefuted() throws {
    for seed in 200_000..<201_500 as Range<UInt64> {
      var fuzzer = TermFuzzer(seed: seed)
      let width = [1, 8, 32, 64][Int(seed % 4)]
      let (symbolic, concrete) = fuzzer.term(width: width, depth: 3)
      let pool = fuzzer.pool
      let solver = try Solver(
        pool: pool, budget: Budget(resources: 200_000, milliseconds: 2_000))
      let same = pool.equal(symbolic, Term(concrete.constant ?? 0, width: width))
      // Some answers may take more than this; none may be "unsatisfiable".
      #expect(try solver.check([same]) != .unsatisfiable, "seed \(seed)")
      let inputs = fuzzer.assignment.values.sorted { $0.key < $1.key }.compactMap {
        (name, value) in
        pool.symbol(named: name).map { pool.equal($0, Term(value, width: $0.width)) }
      }
      #expect(try solver.check(inputs + [same]) != .unsatisfiable, "pinned, seed \(seed)")
    }
  }

  @Test func whatWalksGoByIsInPages() {
    let pool = TermPool()
    let page = pool.symbol("page", width: 64, in: 0...((1 << 30) - 1))
    let pages = pool.symbol("pages", width: 64, in: 1...(1 << 30))
    let shift = Term(12, width: 64)
    let base = Term(0xffa1_0000_0000_0000, width: 64)
    let addr = pool.add(base, pool.shl(page, shift))
    let end = pool.add(addr, pool.shl(pages, shift))
    let size = Term(2 << 20, width: 64)
    let mask = Term(0 &- (2 << 20), width: 64)
    let boundary = pool.and(pool.add(addr, size), mask)
    let next = pool.choose(pool.less(boundary, end), boundary, end)
    let count = pool.lshr(pool.sub(next, addr), shift)
    #expect(pool.add(addr, pool.shl(count, shift)) == next)
  }

  @Test func aPageAddressesPfnComesBackAsItWas() {
    let pool = TermPool()
    let pfn = pool.symbol("pfn", width: 64, in: 0...((1 << 40) - 1))
    let base = Term(0xffd4_0000_0000_0000, width: 64)
    let page = pool.add(base, pool.mul(pfn, Term(64, width: 64)))
    #expect(pool.sdiv(pool.sub(page, base), Term(64, width: 64)) == pfn)
  }

  @Test func flagsBesideAPfnDoNotDisturbIt() {
    let pool = TermPool()
    let pfn = pool.symbol("pfn", width: 64, in: 0...((1 << 40) - 1))
    let pte = pool.or(pool.shl(pfn, Term(12, width: 64)), Term(0x63, width: 64))
    #expect(pool.lshr(pte, Term(12, width: 64)) == pfn)
    #expect(pool.and(pte, Term(1, width: 64)) == Term(1, width: 64))
  }
}

@Suite struct SolverTests {
  @Test func aModelSatisfiesItsFacts() throws {
    let pool = TermPool()
    let solver = try Solver(pool: pool, budget: Budget())
    let x = pool.symbol("x", width: 64, in: 5...1000)
    let fact = pool.equal(pool.mul(x, x), Term(49 * 49, width: 64))
    guard case .satisfiable(let assignment) = try solver.check([fact]) else {
      Issue.record("not satisfiable")
      return
    }
    #expect(assignment.values["x"] == 49)
  }

  @Test func rangesOfSymbolsHoldAfterTheirLevelIsGone() throws {
    let pool = TermPool()
    let solver = try Solver(pool: pool, budget: Budget())
    let x = pool.symbol("x", width: 64, in: 5...10)
    let y = pool.symbol("y", width: 64, in: 0...100)
    let first = pool.less(pool.mul(y, y), Term(50, width: 64))
    let second = pool.equal(pool.mul(x, y), Term(12, width: 64))
    _ = try solver.check([first, second])
    #expect(try solver.check([pool.equal(pool.mul(x, x), Term(16, width: 64))]) == .unsatisfiable)
  }

  /// One solver is asked near a witness, about facts that come and go, so that its cones, cores and
  /// models are used; another one is made for each question.
  @Test func whatIsKnownOfEarlierChecksChangesNoAnswer() throws {
    for seed in 300_000..<300_060 as Range<UInt64> {
      var fuzzer = TermFuzzer(seed: seed)
      let pool = fuzzer.pool
      var facts: [Term] = []
      for number in 0..<6 {
        let (symbolic, concrete) = fuzzer.term(width: number % 2 == 0 ? 64 : 8, depth: 3)
        let value = Term(concrete.constant ?? 0, width: symbolic.width)
        facts.append(pool.lessOrEqual(symbolic, value))
      }
      let (last, _) = fuzzer.term(width: 64, depth: 2)
      let question = pool.less(last, Term(1 << (seed % 60), width: 64))
      let budget = Budget(resources: 200_000, milliseconds: 2_000)
      let solver = try Solver(pool: pool, budget: budget)
      for left in [facts[...], facts.dropFirst(2), facts.dropLast(3), facts[...]] {
        for asked in [question, pool.not(question)] {
          let all = Array(left) + [asked]
          let answer = try solver.check(all, near: fuzzer.assignment)
          let other = try Solver(pool: pool, budget: budget).check(all)
          #expect(
            answer.word == other.word || answer.word == nil || other.word == nil, "seed \(seed)")
          if case .satisfiable(let assignment) = answer {
            var evaluator = Evaluator(pool: pool, assignment: assignment)
            #expect(all.allSatisfy { evaluator.isTrue($0) }, "model, seed \(seed)")
          }
        }
      }
    }
  }

  @Test func sumsOfLargeMultiplesAreNoTrap() throws {
    let pool = TermPool()
    let solver = try Solver(pool: pool, budget: Budget())
    let x = pool.symbol("x", width: 64, in: 0...(.max))
    let y = pool.symbol("y", width: 64, in: 0...(.max))
    let top = Term(63, width: 64)
    let sum = pool.add(pool.add(pool.shl(x, top), pool.shl(y, top)), Term(3, width: 64))
    let isOdd = pool.equal(pool.and(sum, Term(1, width: 64)), Term(1, width: 64))
    #expect(try solver.check([pool.not(isOdd)]) == .unsatisfiable)
    guard case .satisfiable = try solver.check([pool.less(Term(4, width: 64), sum)]) else {
      Issue.record("not satisfiable")
      return
    }
  }

  @Test func workBeyondTheBudgetIsUnknown() throws {
    let pool = TermPool()
    let solver = try Solver(pool: pool, budget: Budget(resources: 5_000))
    let x = pool.symbol("x", width: 64, in: 2...(.max))
    let y = pool.symbol("y", width: 64, in: 2...(.max))
    let product = pool.mul(pool.mul(x, y), pool.mul(x, x))
    let facts = [
      pool.equal(product, Term(0x1234_5678_9abc_def1, width: 64)), pool.less(x, y),
      pool.less(Term(1 << 32, width: 64), x),
    ]
    guard case .unknown(let reason) = try solver.check(facts) else {
      Issue.record("not unknown")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test func theSameCheckTakesTheSameVerdictTwice() throws {
    let answers = try (0..<2).map { _ in
      let pool = TermPool()
      let solver = try Solver(pool: pool, budget: Budget())
      let x = pool.symbol("x", width: 64, in: 0...(1 << 40))
      let y = pool.symbol("y", width: 64, in: 0...(1 << 40))
      return try solver.check([pool.less(pool.add(x, y), x), pool.less(x, y)])
    }
    #expect(answers[0] == answers[1])
    #expect(answers[0] == .unsatisfiable)
  }
}

extension Satisfiability {
  /// What is answered; nil for no answer.
  fileprivate var word: String? {
    switch self {
    case .satisfiable: "satisfiable"
    case .unsatisfiable: "unsatisfiable"
    case .unknown: nil
    }
  }
}
