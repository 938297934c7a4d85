// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import KernelSource

/// The kernel sources that Debian's packages linux-source-6.1 and linux-source-6.12 install.
@Suite(.serialized) struct DebianTests {
  private static let udmabuf = "drivers/dma-buf/udmabuf.c"
  private static let vmalloc = "mm/vmalloc.c"
  private static let mapping = [
    "vm_map_ram", "vmap_pages_range", "vmap_pages_range_noflush", "__vmap_pages_range_noflush",
    "vmap_small_pages_range_noflush", "vmap_pages_p4d_range", "vmap_pages_pud_range",
    "vmap_pages_pmd_range", "vmap_pages_pte_range", "vmap", "vmap_pfn", "vmap_pfn_apply",
  ]

  private func open(_ release: String) async throws -> KernelTree {
    let tarball = "/usr/src/linux-source-\(release).tar.xz"
    return try await KernelTree.open(at: tarball, files: [Self.udmabuf, Self.vmalloc])
  }

  @Test(arguments: ["6.1", "6.12"])
  func everyItemIsTakenWithItsOwnLines(release: String) async throws {
    let tree = try await open(release)
    #expect(tree.name.hasPrefix("linux \(release)."))
    let names = Self.mapping.map { TakeName($0) }
    let taken = try tree.take(names, from: Self.vmalloc)
    let lines = try tree.text(of: Self.vmalloc)
      .split(separator: "\n", omittingEmptySubsequences: false)
    for name in Self.mapping {
      let pieces = taken.pieces.filter { $0.names == [name] }
      #expect(!pieces.isEmpty, "\(name)")
      for piece in pieces {
        // The name stands in the signature's first two lines.
        let signature = lines[(piece.line - 1)...piece.line].joined(separator: " ")
        #expect(signature.contains("\(name)("), "\(name) at \(piece.line)")
      }
    }
    #expect(taken.defined.contains("struct vmap_pfn_data"))
  }

  @Test func theNewUdmabufHasOffsets() async throws {
    let names = ["vmap_udmabuf", "vunmap_udmabuf", "struct udmabuf"]
      .compactMap(TakeName.init(parsing:))
    let taken = try await open("6.12").take(names, from: Self.udmabuf)
    #expect(taken.defined == ["vmap_udmabuf", "vunmap_udmabuf", "struct udmabuf"])
    #expect(taken.haves.contains("STRUCT_UDMABUF_OFFSETS"))
    #expect(taken.haves.contains("VMAP_UDMABUF"))
  }

  @Test func theOldUdmabufHasPages() async throws {
    let tree = try await open("6.1")
    let taken = try tree.take(
      [TakeName("udmabuf", space: .structTag), TakeName("vmap_udmabuf", isOptional: true)],
      from: Self.udmabuf)
    #expect(taken.haves.contains("STRUCT_UDMABUF_PAGES"))
    #expect(!taken.haves.contains("STRUCT_UDMABUF_OFFSETS"))
  }
}
