// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelSource

/// A kernel that can be booted: where its files are, and what it was made with.
public struct KernelMachine: Sendable, Hashable, Codable {
  /// Without its "qemu:", for example "debian-6.12".
  public var name: String
  /// The bootable image: a vmlinux that has a PVH entry, or a bzImage; none of this computer.
  public var image: String
  /// The headers that modules are built against.
  public var headers: String
  /// As `uname -r` gives it.
  public var release: String
  /// The package that it is from; nil for a kernel of the user's own. Of this computer's the
  /// build's identity.
  public var package: String?

  init(name: String, image: String, headers: String, release: String, package: String?) {
    self.name = name
    self.image = image
    self.headers = headers
    self.release = release
    self.package = package
  }

  /// A kernel of the user's own.
  ///
  /// - Throws: ``KernelError`` where a file is not what it should be.
  public init(name: String, image: String, headers: String) throws(KernelError) {
    let image = URL(fileURLWithPath: image).standardizedFileURL.path
    let headers = URL(fileURLWithPath: headers).standardizedFileURL.path
    guard FileManager.default.isReadableFile(atPath: image) else {
      throw .file(path: image, reason: "there is no such image")
    }
    let file = "\(headers)/include/config/kernel.release"
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw .file(path: headers, reason: "are no headers of a built kernel (\(file) is missing)")
    }
    self.init(
      name: name, image: image, headers: headers,
      release: text.trimmingCharacters(in: .whitespacesAndNewlines), package: nil)
  }

  /// What its configuration has, of what matters here.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Hugetlb folios can have their tail struct pages freed.
    public var hvo: Bool
    /// `VM_BUG_ON` and the like.
    public var debugVM: Bool
    /// vmap_pfn() is compiled in.
    public var vmapPfn: Bool
    /// The driver behind /dev/udmabuf is compiled in.
    public var udmabuf: Bool
    /// Accesses are checked.
    public var kasan: Bool

    init(text: String) {
      func has(_ option: String) -> Bool { text.contains("\nCONFIG_\(option)=y\n") }
      hvo = has("HUGETLB_PAGE_OPTIMIZE_VMEMMAP")
      debugVM = has("DEBUG_VM")
      vmapPfn = has("VMAP_PFN")
      udmabuf = has("UDMABUF")
      kasan = has("KASAN")
    }
  }

  /// "qemu:debian-6.12", or "host".
  public var title: String { isHost ? name : "qemu:\(name)" }

  /// Whether it is this computer's own.
  public var isHost: Bool { image.isEmpty }

  /// Reads the configuration that comes with the headers.
  public func configuration() throws(KernelError) -> Configuration {
    let path = "\(headers)/.config"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw .file(path: path, reason: "cannot be read; are these a kernel's headers?")
    }
    return Configuration(text: "\n" + text)
  }

  /// The compiler that the headers ask for.
  public var compilerName: String {
    let text = try? String(contentsOfFile: "\(headers)/.kernelvariables", encoding: .utf8)
    let name = text?.firstMatch(of: /gcc-\d+/).map { String($0.0) }
    return name ?? "gcc"
  }

  // MARK: The cache

  /// Where machines are kept.
  public static var cache: URL {
    TreeCache.userFolder.appendingPathComponent("kernels", isDirectory: true)
  }

  /// The folder of a machine of this name.
  static func folder(of name: String) -> URL {
    cache.appendingPathComponent(name, isDirectory: true)
  }

  /// The folder of this one.
  var folder: URL {
    isHost
      ? TreeCache.userFolder.appendingPathComponent("host", isDirectory: true)
      : KernelMachine.folder(of: name)
  }

  /// The machine that was added under a name, without "qemu:".
  public static func added(_ name: String) -> KernelMachine? {
    let file = folder(of: name).appendingPathComponent("machine.json")
    guard let data = try? Data(contentsOf: file) else { return nil }
    return try? JSONDecoder().decode(KernelMachine.self, from: data)
  }

  /// All that were added, by name.
  public static var all: [KernelMachine] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: cache.path)) ?? []
    return names.sorted().compactMap(added)
  }

  /// Remembers the machine.
  public func register() throws(KernelError) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try encoder.encode(self).write(
        to: folder.appendingPathComponent("machine.json"), options: .atomic)
    } catch {
      throw .cacheNotWritable(path: folder.path, reason: error.localizedDescription)
    }
  }

  // MARK: What is needed of the system

  /// Programs that are needed to build, and the packages that have them.
  private static let buildTools = [("make", "make"), ("strip", "binutils")]
  /// The same to boot.
  private static let bootTools = [
    ("qemu-system-x86_64", "qemu-system-x86"), ("cpio", "cpio"), ("dpkg-deb", "dpkg"),
    ("tar", "tar"), ("setpriv", "util-linux"),
  ]

  /// What is missing to use machines of QEMU at all, or this computer.
  ///
  /// - Parameter compiler: that of the kernel's headers.
  public static func missingTools(
    compiler: String = "gcc", isHost: Bool = false
  ) -> KernelError? {
    let tools = buildTools + (isHost ? [] : bootTools)
    var missing = tools.filter { Tool.path(of: $0.0) == nil }
    if Tool.path(of: compiler) == nil { missing.append((compiler, compiler)) }
    // The guest's only program is linked statically.
    let libraries = ["/usr/lib/x86_64-linux-gnu/libc.a", "/usr/lib64/libc.a"]
    if !libraries.contains(where: FileManager.default.fileExists(atPath:)) {
      missing.append(("libc.a", "libc6-dev"))
    }
    return missing.isEmpty
      ? nil : .toolsMissing(tools: missing.map(\.0), packages: missing.map(\.1))
  }

  /// A machine that can be used, by "qemu:NAME".
  public static func find(_ title: String) throws(KernelError) -> KernelMachine {
    guard title.hasPrefix("qemu:") else { throw .unknown(name: title) }
    let name = String(title.dropFirst(5))
    guard let machine = added(name) else {
      throw DebianKernel(name: name) == nil ? .unknown(name: title) : .notAdded(name: title)
    }
    if let missing = missingTools(compiler: machine.compilerName) { throw missing }
    return machine
  }
}
