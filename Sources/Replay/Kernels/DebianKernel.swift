// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A kernel of Debian's: found, fetched and unpacked by apt and dpkg; nothing is installed.
public struct DebianKernel: Sendable {
  /// "debian-6.12".
  public let name: String
  /// Matches the names of its images, the version in their middle.
  private let pattern: String

  /// The kernels that there are.
  public static var all: [DebianKernel] {
    ["debian-6.12", "debian-6.1"].compactMap { DebianKernel(name: $0) }
  }

  /// The kernel of a name; nil if there is none.
  public init?(name: String) {
    self.name = name
    switch name {
    // Not the cloud's: that one has no vmap_pfn().
    case "debian-6.12": pattern = #"6\.12\.[0-9]+\+deb[0-9]+-amd64"#
    case "debian-6.1": pattern = #"6\.1\.0-[0-9]+-cloud-amd64"#
    default: return nil
    }
  }

  /// Fetches and unpacks it, if it is not there or a newer one is.
  ///
  /// - Parameter progress: told what is being done.
  public func fetch(progress: @Sendable (String) -> Void) async throws -> KernelMachine {
    progress("looking for \(name)")
    let release = try await newest()
    if let known = KernelMachine.added(name), known.release == release,
      FileManager.default.fileExists(atPath: known.image)
    {
      return known
    }
    let image = "linux-image-\(release)"
    let parts = try await headers(of: release)
    let manager = FileManager.default
    let folder = KernelMachine.folder(of: name)
    let root = folder.appendingPathComponent("root-\(release)", isDirectory: true)
    let work = folder.appendingPathComponent(".fetch-\(UUID().uuidString)", isDirectory: true)
    defer { try? manager.removeItem(at: work) }
    do {
      try manager.createDirectory(at: work, withIntermediateDirectories: true)
    } catch {
      throw KernelError.cacheNotWritable(path: work.path, reason: error.localizedDescription)
    }
    progress("downloading \(image) and its headers")
    try await Tool.run("apt-get", ["download", "-q", image] + parts, in: work)
    let unpacked = work.appendingPathComponent("root", isDirectory: true)
    try manager.createDirectory(at: unpacked, withIntermediateDirectories: true)
    for file in try manager.contentsOfDirectory(atPath: work.path).sorted()
    where file.hasSuffix(".deb") {
      progress("unpacking \(file)")
      try await unpack(file, of: work, into: unpacked, onlyBoot: file.hasPrefix("linux-image-"))
    }
    try move(unpacked, to: root)
    let headers = root.appendingPathComponent("usr/src/linux-headers-\(release)")
    try relocate(headers, to: root)
    return KernelMachine(
      name: name, image: root.appendingPathComponent("boot/vmlinuz-\(release)").path,
      headers: headers.path, release: release,
      package: try await version(of: image))
  }

  // MARK: apt

  /// The newest release that has an image and headers.
  private func newest() async throws -> String {
    let images = try await releases(of: "linux-image-")
    let headers = Set(try await releases(of: "linux-headers-"))
    let newest = images.filter(headers.contains).max {
      Self.numbers($0).lexicographicallyPrecedes(Self.numbers($1))
    }
    guard let newest else { throw KernelError.noPackage(pattern: "linux-image-\(pattern)") }
    return newest
  }

  private func releases(of prefix: String) async throws -> [String] {
    let text = try await Tool.run(
      "apt-cache", ["search", "--names-only", "^\(prefix)\(pattern)$"])
    return text.split(separator: "\n").compactMap { line in
      line.split(separator: " ").first.map { String($0.dropFirst(prefix.count)) }
    }
  }

  private static func numbers(_ release: String) -> [Int] {
    release.split { !$0.isNumber }.compactMap { Int($0) }
  }

  /// The packages that make up the headers.
  private func headers(of release: String) async throws -> [String] {
    let package = "linux-headers-\(release)"
    let text = try await Tool.run("apt-cache", ["show", "--no-all-versions", package])
    let line = text.split(separator: "\n").first { $0.hasPrefix("Depends: ") } ?? ""
    let names = line.dropFirst("Depends: ".count).split(separator: ",").compactMap { part in
      part.split(separator: " ").first.map(String.init)
    }
    return [package]
      + names.filter { $0.hasPrefix("linux-headers-") || $0.hasPrefix("linux-kbuild-") }
  }

  private func version(of package: String) async throws -> String {
    let text = try await Tool.run("apt-cache", ["show", "--no-all-versions", package])
    let line = text.split(separator: "\n").first { $0.hasPrefix("Version: ") } ?? ""
    return "\(package) \(line.dropFirst("Version: ".count))"
  }

  // MARK: Files

  /// Of an image only /boot is unpacked: its modules are not needed.
  private func unpack(
    _ file: String, of work: URL, into root: URL, onlyBoot: Bool
  ) async throws {
    let script = #"dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" $3"#
    try await Tool.run(
      "sh", ["-ec", script, "sh", file, root.path] + (onlyBoot ? ["./boot"] : [""]), in: work)
  }

  private func move(_ unpacked: URL, to root: URL) throws {
    try? FileManager.default.removeItem(at: root)
    do {
      try FileManager.default.moveItem(at: unpacked, to: root)
    } catch {
      throw KernelError.cacheNotWritable(path: root.path, reason: error.localizedDescription)
    }
  }

  /// The headers name each other by absolute paths.
  private func relocate(_ headers: URL, to root: URL) throws {
    let file = headers.appendingPathComponent("Makefile")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else {
      throw KernelError.file(path: file.path, reason: "is missing from the package")
    }
    let moved = text.replacing("include /usr/src/", with: "include \(root.path)/usr/src/")
    try moved.write(to: file, atomically: true, encoding: .utf8)
  }
}
