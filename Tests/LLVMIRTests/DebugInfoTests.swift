// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LLVMIR

struct DebugInfoTests {
  private let files = """
    !1 = distinct !DISubprogram(name: "f", scope: !2, file: !2, line: 5, flags: A | B, unit: !9)
    !2 = !DIFile(filename: "dir/a.c", directory: "/", checksumkind: CSK_MD5, checksum: "00")
    !3 = !DIFile(filename: "other\\5C.h", directory: "/")
    !9 = !{}
    """

  private func location(_ metadata: String) throws -> Place? {
    try #require(try instructions("fence seq_cst, !dbg !0", with: "\(metadata)\n\(files)").first)
      .location
  }

  @Test func aLocationHasTheFileOfItsScope() throws {
    #expect(
      try location("!0 = !DILocation(line: 7, column: 3, scope: !1)")
        == Place(file: "dir/a.c", line: 7, column: 3))
  }

  @Test func aBlocksOwnFileWins() throws {
    #expect(
      try location(
        """
        !0 = !DILocation(line: 7, scope: !4, inlinedAt: !5)
        !4 = !DILexicalBlockFile(scope: !1, file: !3, discriminator: 0)
        !5 = distinct !DILocation(line: 1, column: 1, scope: !1)
        """) == Place(file: "other\\.h", line: 7, column: 0))
  }

  @Test func aBlockWithoutFileHasThatOfTheScopeAround() throws {
    #expect(
      try location(
        """
        !0 = !DILocation(line: 7, scope: !4)
        !4 = distinct !DILexicalBlock(scope: !1, line: 6, column: 2)
        """)?.file == "dir/a.c")
  }

  @Test func anInstructionWithoutDebugInformationHasNoLocation() throws {
    #expect(try instructions("fence seq_cst")[0].location == nil)
  }

  @Test func functionsAndGlobalsHaveLocations() throws {
    let module = try read(
      """
      @g = global i32 0, align 4, !dbg !0
      define void @f() !dbg !1 {
        ret void
      }
      !0 = !DIGlobalVariableExpression(var: !4, expr: !DIExpression(DW_OP_constu, 5))
      !4 = distinct !DIGlobalVariable(name: "g", scope: !9, file: !3, line: 12, type: !9)
      \(files)
      """)
    #expect(module.globals["g"]?.location == Place(file: "other\\.h", line: 12))
    #expect(module.functions["f"]?.location == Place(file: "dir/a.c", line: 5))
  }

  @Test func refusesMissingMetadata() {
    #expect(throws: IRError.self) { try instructions("fence seq_cst, !dbg !0") }
  }

  @Test func scopesInACircleAreNoLoop() throws {
    #expect(
      try location("!0 = !DILocation(line: 7, scope: !4)\n!4 = !DILexicalBlock(scope: !4)") == nil)
  }

  @Test func anErrorTellsThePlaceInC() throws {
    let error = try #require(
      failure(
        """
        define void @f() {
          store i32 1, i32 2, !dbg !0
          ret void
        }
        !0 = !DILocation(line: 7, column: 3, scope: !1)
        \(files)
        """))
    #expect(error.line == 2)
    #expect(error.location == Place(file: "dir/a.c", line: 7, column: 3))
    #expect(error.description.hasSuffix("(from dir/a.c:7)"))
  }
}
