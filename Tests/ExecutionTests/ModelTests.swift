// SPDX-License-Identifier: Apache-2.0

import SMT
import Testing

@testable import Execution

/// The intrinsics that the model of the kernel is built from.
struct ModelTests {
  // MARK: Maps

  private enum Write {
    case one(UInt64, UInt64)
    case range(low: UInt64, high: UInt64, stride: UInt64, value: UInt64, step: UInt64)
  }

  private static func writes(_ random: inout Randomness) -> [Write] {
    (0..<12).map { _ in
      if random.next() % 2 == 0 { return .one(random.next() % 40, random.edge()) }
      let stride = UInt64(1) << (random.next() % 4)
      let low = random.next() % 5 * stride
      return .range(
        low: low, high: low + random.next() % 30, stride: stride, value: random.edge(),
        step: random.next() % 3)
    }
  }

  private static func apply(_ writes: [Write], _ map: inout GhostMap) {
    func word(_ value: UInt64) -> Term { Term(value, width: 64) }
    for write in writes {
      switch write {
      case .one(let key, let value): map.set(word(key), word(value))
      case .range(let low, let high, let stride, let value, let step):
        map.setRange(
          low: word(low), high: word(high), stride: stride, value: word(value), step: word(step))
      }
    }
  }

  private static func dictionary(_ writes: [Write]) -> [UInt64: UInt64] {
    var result: [UInt64: UInt64] = [:]
    for write in writes {
      switch write {
      case .one(let key, let value): result[key] = value
      case .range(let low, let high, let stride, let value, let step):
        for (number, key) in Swift.stride(from: low, to: high, by: Int(stride)).enumerated() {
          result[key] = value &+ UInt64(number) &* step
        }
      }
    }
    return result
  }

  @Test(arguments: 0..<20)
  func aMapIsADictionary(_ seed: UInt64) {
    var random = Randomness(seed: seed)
    let writes = Self.writes(&random)
    let expected = Self.dictionary(writes)
    var map = GhostMap()
    Self.apply(writes, &map)
    let pool = TermPool()
    let symbol = pool.symbol("key", width: 64, in: 0...(.max))
    let symbolic = map.get(symbol, pool: pool)
    for key in 0..<UInt64(64) {
      #expect(map.get(Term(key, width: 64), pool: pool).constant == expected[key, default: 0])
      var evaluator = Evaluator(pool: pool, assignment: Assignment(values: ["key": key]))
      #expect(evaluator.value(of: symbolic) == expected[key, default: 0])
    }
  }

  private static let declarations = """
    typedef unsigned long u64; typedef unsigned int u32;
    u64 vmc_map_get(u32, u64); void vmc_map_set(u32, u64, u64);
    void vmc_map_set_range(u32, u64, u64, u64, u64, u64);
    void vmc_window(u64, u64, u64 (*)(u64, u32), void (*)(u64, u32, u64));
    """

  @Test func mapsAreApartAndZeroAtFirst() throws {
    let program = try Toolchain.program(
      Self.declarations + """
        u64 f(u64 key) {
          vmc_map_set(1, key, 5); vmc_map_set(2, key, 6);
          vmc_map_set_range(3, 0, 64, 8, 100, 2);
          return vmc_map_get(1, key) + vmc_map_get(2, key) * 10 + vmc_map_get(4, key) * 1000 +
                 vmc_map_get(1, key + 1) + vmc_map_get(3, 16) * 10000 + vmc_map_get(3, 17);
        }
        """)
    #expect(try program.run("f", [77]) == Run(result: 1_040_065))
  }

  @Test func aLastKeyNearTheEndOfAllKeysIsFound() {
    let pool = TermPool()
    var map = GhostMap()
    let low = Term(.max - 0xfff, width: 64)
    map.setRange(
      low: low, high: Term(.max, width: 64), stride: 16, value: Term(1, width: 64),
      step: Term(1, width: 64))
    #expect(map.get(Term(.max - 15, width: 64), pool: pool).constant == 256)
    #expect(map.get(Term(0, width: 64), pool: pool).constant == 0)
  }

  // MARK: Windows

  private static let window =
    declarations + """
      static u64 last;
      static u64 load(u64 a, u32 size) { last = a * 16 + size; return 0xfedcba9876543210; }
      static void store(u64 a, u32 size, u64 value) { last = a * 16 + size + value * 65536; }
      struct s { signed char c; unsigned short h; int w; u64 l; };
      u64 f(u64 which) {
        struct s *p = (struct s *)0x100;
        vmc_window(0x100, 0x1ff, load, store);
        switch (which) {
        case 0: return (u64)(long)p->c;
        case 1: return p->h;
        case 2: return (u64)(long)p->w;
        case 3: return p->l;
        case 4: p->c = -1; return last;
        case 5: p->h = 0x1234; return last;
        case 6: p->l = ~0UL; return last;
        case 7: return p->w == 0x76543210 ? last : 0;
        case 8: return ((_Bool *)p)[1];
        default: return *(u64 *)0x1f8 + *(u64 *)0x200;
        }
      }
      """
  private static let windowed = Result { try Toolchain.program(window) }

  @Test(
    arguments: [
      (0, 0x10), (1, 0x3210), (2, 0x7654_3210), (3, 0xfedc_ba98_7654_3210),
      (4, 0xff_0000 + 0x1001), (5, 0x1234_0000 + 0x1022),
      (6, 0xffff_ffff_ffff_0000 + 0x1088), (7, 0x1044), (8, 0),
    ] as [(UInt64, UInt64)])
  func accessesOfAWindowAreCalls(_ which: UInt64, _ expected: UInt64) throws {
    #expect(try Self.windowed.get().run("f", [which]) == Run(result: expected))
  }

  @Test func behindAWindowThereIsNothing() throws {
    let run = try Self.windowed.get().run("f", [9])
    #expect(run.failure?.message == "reads through a NULL pointer")
  }

  @Test func theModelDoesNotUseItsOwnWindow() throws {
    let program = try Toolchain.program(
      Self.declarations + """
        static u64 load(u64 a, u32 size) { return *(u64 *)a; }
        static void store(u64 a, u32 size, u64 value) { }
        u64 f(void) { vmc_window(0x100, 0x1ff, load, store); return *(u64 *)0x100; }
        """)
    let error = #expect(throws: ExecutionError.self) { try program.run("f") }
    #expect(error?.message == "the model's own code reads or writes through a window")
  }
}
