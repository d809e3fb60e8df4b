// Live events: who listens, and how events reach them. `RealtimeModule` publishes; the relay is the API's.
import { Module } from "@nestjs/common";
import { LivePublisher } from "./live-publisher.js";
import { Rooms } from "./rooms.js";

@Module({ providers: [LivePublisher, Rooms], exports: [LivePublisher, Rooms] })
export class RealtimeModule {}
