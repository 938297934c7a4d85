// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import LLVMIR

/// What clang prints for a C text.
enum Clang {
  static let options = [
    "-S", "-emit-llvm", "-O0", "-Xclang", "-disable-O0-optnone", "-fno-discard-value-names", "-g",
    "-fwrapv", "-fno-delete-null-pointer-checks", "-fno-strict-aliasing", "-target",
    "x86_64-linux-gnu", "-mno-sse", "-fno-pic",
  ]

  static let sanitizers = [
    "-fsanitize=unsigned-integer-overflow,signed-integer-overflow,unsigned-shift-base,"
      + "implicit-integer-truncation,shift-exponent", "-fsanitize-minimal-runtime",
  ]

  static func compile(_ text: String, _ more: [String] = []) throws -> String {
    let output = FileManager.default.temporaryDirectory
      .appendingPathComponent("ir-\(UUID().uuidString).ll")
    let input = output.deletingPathExtension().appendingPathExtension("c")
    defer {
      try? FileManager.default.removeItem(at: input)
      try? FileManager.default.removeItem(at: output)
    }
    try text.write(to: input, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["clang"] + options + more + ["-o", output.path, input.path]
    try process.run()
    process.waitUntilExit()
    return try String(contentsOf: output, encoding: .utf8)
  }

  static let program = """
    struct big { unsigned long a[5]; };
    struct bits { unsigned a : 3; int b : 7; } __attribute__((packed));
    struct node { struct node *next; union { int i; char c[12]; } u; struct bits bits; };
    static int table[4] = {1, -2, 3};
    int *middle = &table[2];
    const char *text = "a\\"b\\\\\\n";
    int variadic(int, ...);
    int (*functions[])(int, ...) = {variadic};
    struct big make(int x) { struct big b = {{x}}; return b; }
    static int sum(struct big b, struct node *n) { return b.a[1] + n->bits.b; }
    int use(struct node *n, unsigned long y) {
      struct big b = make(3);
      unsigned long product;
      if (__builtin_mul_overflow(y, 3ul, &product)) return -1;
      for (; n && n->u.i < 10; n = n->next) {
        switch (n->u.c[3]) { case -1: continue; case 5 ... 7: goto out; default: y++; }
        n->bits.b = y << 2;
      }
    out:
      __atomic_fetch_add(&table[0], 1, __ATOMIC_SEQ_CST);
      asm volatile("nop" : "+r"(y) : : "memory");
      return sum(b, n) + functions[y](1, text) + __builtin_ctzl(product);
    }
    #line 100 "presumed.h"
    int presumed(int x) { return x / 3; }
    float floating(float a) { return a * 2; }

    """
}

struct ClangTests {
  @Test(arguments: [[], Clang.sanitizers, ["-O1"], ["-O2", "-fno-inline"]])
  func readsWhatClangPrints(_ options: [String]) throws {
    let module = try read(Clang.compile(Clang.program, options))
    #expect(module.producer?.contains("clang") == true)
    #expect(module.functions["use"]?.isDefined == true)
    #expect(module.functions["make"]?.parameters.first?.isStructReturn == true)
    #expect(module.functions["presumed"]?.location == Place(file: "presumed.h", line: 100))
    let last = module.functions["presumed"]?.blocks.last?.instructions.last
    #expect(last?.location?.file == "presumed.h")
  }

  @Test func readsEveryInstruction() throws {
    let text = try Clang.compile(Clang.program)
    let module = try read(text)
    let lines = text.split(separator: "\n").filter {
      $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  ]")
    }
    let count = module.functions.values.flatMap(\.blocks).flatMap(\.instructions).count
    #expect(count == lines.count)
  }

  @Test func aDamagedTextIsNoCrash() throws {
    let bytes = Array(try Clang.compile(Clang.program).utf8)
    let whole = try IRReader(text: bytes, name: "whole").read()
    for end in stride(from: 0, to: bytes.count, by: 211) {
      _ = try? IRReader(text: Array(bytes[..<end]), name: "cut").read()
    }
    for place in stride(from: 0, to: bytes.count, by: 173) {
      var damaged = bytes
      damaged[place] ^= 1 << UInt8(place % 8)
      if let module = try? IRReader(text: damaged, name: "damaged").read() {
        #expect(module.functions.count <= whole.functions.count + 1)
      }
    }
  }

  @Test func aTextCutWithinAFunctionIsRefused() throws {
    let text = try Clang.compile(Clang.program)
    let function = try #require(text.range(of: "define dso_local i32 @use"))
    let cut = try #require(text.range(of: "icmp", range: function.upperBound..<text.endIndex))
    #expect(failure(String(text[..<cut.upperBound])) != nil)
  }
}
